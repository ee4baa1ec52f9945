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


class AlreadyAsked(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext("You have asked for a correction of this certificate already. Wait for the answer."))


class AlreadyDecided(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext("This request was decided meanwhile. Reload the page to see how."))


class OwnCertificate(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext("This is your own certificate: somebody else has to decide."))


class AnswerMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext("Say why it stays as it is: the learner is sent what you write."))
