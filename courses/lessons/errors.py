from lms.lib.errors import Refusal


class CannotBePublished(Refusal):
    """A lesson that some learners could not follow is not published; the text says what is missing."""
