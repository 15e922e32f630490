"""The documentation, part of which is made from the program: `python -m docs.generate`."""
