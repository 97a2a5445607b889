"""Guidance and lessons: what is kept of calls that are gone, in a person's own words."""
