from lms.lib.errors import Refusal


class NothingToAnswer(Refusal):
    """The quiz has no live question yet."""
