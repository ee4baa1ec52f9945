from django.utils.translation import gettext, ngettext

from lms.lib.errors import Refusal


class NotToBeRevoked(Refusal):
    """Codes in a proposal that name no issued certificate."""

    def __init__(self, codes: list[str]) -> None:
        shown = ", ".join(codes[:5])
        super().__init__(
            ngettext(
                "No issued certificate has this code: %(codes)s. Compare it with the register, or take it out.",
                "No issued certificates have these codes: %(codes)s and so on. Compare them with the register, or take them out.",
                len(codes),
            )
            % {"codes": shown}
        )


class TooMany(Refusal):
    def __init__(self, most: int) -> None:
        super().__init__(
            gettext("At most %(most)s certificates are revoked by one proposal. Make several, each with its reason.")
            % {"most": most}
        )


class OwnProposal(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext("You proposed this yourself: somebody else has to confirm it."))


class AlreadyDecided(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext("This proposal was decided meanwhile. Reload the page to see how."))


class UnderWay(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext("Certificates of this are being issued already. Look at how far that has come."))


class NothingToIssue(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext("Everybody who earned a certificate here has one. There is nothing to issue."))
