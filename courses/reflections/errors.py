from lms.lib.errors import Refusal


class WrittenElsewhere(Refusal):
    """Something else was saved here since the writer opened the page. text, version: what it is."""

    def __init__(self, message: str, *, text: str, version: str):
        super().__init__(message)
        self.text = text
        self.version = version
