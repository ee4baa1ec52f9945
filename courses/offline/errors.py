from lms.lib.errors import Refusal


class Malformed(Refusal):
    """A batch is not what the interface asks for; the message names the place."""
