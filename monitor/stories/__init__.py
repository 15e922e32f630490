"""Which articles report one event, each in its own words. Pure: takes headlines and dates, gives groups."""
