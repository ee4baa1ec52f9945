from courses.offline.errors import Malformed
from lms.lib.errors import Refusal


class NotAReturn(Malformed):
    """A file is not what a class sends back, whole and unchanged; the message says what is wrong with it."""


class TooManyUnfinished(Refusal):
    """As many files or returns of one person as may be under way are under way."""


class NoSuchPerson(Refusal):
    """Nobody has an account with this address."""


class NothingToPack(Refusal):
    """The course is not published in this language."""


class LeaseLost(Exception):
    """Another worker took the job up: whatever is made here is of no use."""
