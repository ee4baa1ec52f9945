from lms.lib.errors import Refusal


class NothingToAnswer(Refusal):
    """The quiz has no live question yet."""


class CannotBeAsked(Refusal):
    """A question that nobody could answer is not published; the text says what is missing."""
