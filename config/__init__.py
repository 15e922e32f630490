"""The settings: their model, how they are loaded, checked, edited and explained."""
