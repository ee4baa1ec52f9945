from lms.lib.errors import Refusal


class TooManyViews(Refusal):
    """Somebody has saved as many views as one person may."""
