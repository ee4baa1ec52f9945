from lms.lib.errors import Refusal


class DoneByAttending(Refusal):
    """A lesson is done by attending a webinar, and not by the learner's word."""
