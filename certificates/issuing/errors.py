from django.utils.translation import gettext

from lms.lib.errors import Refusal


class ReasonMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext("Say why, in words that anyone may read: they stand on the certificate's public page.")
        )


class NotInForce(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This certificate is not in force any more, or was not issued yet. Reload the page to see how it stands."
            )
        )


class TooManyVersions(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext("This certificate was replaced too often. Please write to us."))


class CannotBeDrawn(Refusal):
    """A name with characters that no font draws."""

    def __init__(self, characters: str) -> None:
        super().__init__(
            gettext("We have no font for these characters: %(characters)s. Please write the name in other letters.")
            % {"characters": characters}
        )
