from lms.lib.errors import Refusal


class Malformed(Refusal):
    """A batch is not what the interface asks for; the message names the place."""


class NotCounted(Refusal):
    """Something that was done on a device cannot count; the message says why, and what to do."""
