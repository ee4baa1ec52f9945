class KeysUnusable(Exception):
    """The file of signing keys is missing or cannot be used; the text says why and what to do.

    is_incomplete: it is sound as far as it goes, and only lacks a kind of key.
    """

    def __init__(self, text: str, *, is_incomplete: bool = False):
        super().__init__(text)
        self.is_incomplete = is_incomplete


class NotGenuine(Exception):
    """A credential, token or statement that does not hold; `problem` is one of the words below."""

    MALFORMED = "malformed"  # not of the form that we issue
    UNDEFINED = "undefined"  # says something that the signature could not cover
    UNKNOWN_KEY = "unknown-key"  # signed with a key that is not ours
    ALTERED = "altered"  # signed with ours, but not as it stands

    def __init__(self, problem: str, detail: str = ""):
        super().__init__(f"{problem}: {detail}" if detail else problem)
        self.problem = problem
