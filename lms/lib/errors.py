class Refusal(Exception):
    """A rule saying no; its text is fit to show a person."""
