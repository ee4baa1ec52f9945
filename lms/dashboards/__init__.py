"""Overviews for programme leads: counts by course, country and month.
May import certificates, courses and the ground floor."""
