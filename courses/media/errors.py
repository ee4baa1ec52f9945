from lms.lib.errors import Refusal


class NotPlayable(Refusal):
    """A file that cannot be played, whatever its name says; the text says what is wrong with it."""


class LeaseLost(Exception):
    """Another worker, or a newer file, has taken this worker's place: not a failure, there is nothing left to do."""
