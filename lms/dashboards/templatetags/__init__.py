"""What templates elsewhere ask of the overviews.
May import the overviews' queries."""
