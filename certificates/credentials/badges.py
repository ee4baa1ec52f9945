"""Award -> Open Badges 3.0 credential, not yet signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from certificates.award import ACHIEVEMENT, ATTENDANCE, PARTICIPATION, Award
from certificates.credentials.addresses import STATUS_LIST_SIZE, credential_address, issuer_address, status_list_address
from certificates.credentials.json_ld import CREDENTIALS_V2, OPEN_BADGES

# Source: Open Badges 3.0, AchievementType; it has no word for having been there.
_TYPES = {ACHIEVEMENT: "CertificateOfCompletion", PARTICIPATION: "CertificateOfCompletion", ATTENDANCE: "Achievement"}


@dataclass(frozen=True)
class StatusPosition:
    """Where the status of a credential stands: which bit of which list, in one number."""

    number: int

    @property
    def list_number(self) -> int:
        return self.number // STATUS_LIST_SIZE

    @property
    def index(self) -> int:
        return self.number % STATUS_LIST_SIZE


def build_credential(
    award: Award, *, site_url: str, status: StatusPosition, words: Mapping[str, str]
) -> dict[str, Any]:
    """Return the credential of an award, without proof.

    words: the award's facts as text in its own language, as `rendering.words.in_words` returns them.
    """
    address = credential_address(site_url, award.serial)
    return {
        "@context": [CREDENTIALS_V2, OPEN_BADGES],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": award.course_title,
        "issuer": {"id": issuer_address(site_url), "type": ["Profile"], "name": award.issuer, "url": site_url},
        "validFrom": moment(_opened_at(award)),
        # A day as a moment: at noon it is the same day nearly everywhere.
        "awardedDate": f"{award.completed_on.isoformat()}T12:00:00Z",
        "credentialSubject": {
            # Says nothing of the person, but tokens need a name for them.
            "id": uuid5(NAMESPACE_URL, address).urn,
            "type": ["AchievementSubject"],
            "identifier": _identifiers(award),
            "achievement": _achievement(award, words),
        },
        "credentialStatus": {
            "id": f"{status_list_address(site_url, status.list_number)}#{status.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(status.index),
            "statusListCredential": status_list_address(site_url, status.list_number),
        },
    }


def moment(at: datetime) -> str:
    """Return a moment as credentials write it, in UTC and whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _opened_at(award: Award) -> datetime:
    """Return when the certificate was opened; of an older one only the day is known."""
    return award.opened_at or datetime.combine(award.issued_on, datetime.min.time(), tzinfo=UTC)


def _identifiers(award: Award) -> list[dict[str, Any]]:
    """Return what ties the credential to a person: their name as it stands on the certificate, and a salted hash."""
    # Source: Open Badges 3.0, IdentityObject.
    name = {"type": "IdentityObject", "hashed": False, "identityHash": award.name, "identityType": "name"}
    if not award.identity_hash:
        return [name]
    hashed = {"type": "IdentityObject", "hashed": True, "identityHash": award.identity_hash}
    return [name, {**hashed, "identityType": "emailAddress", "salt": award.identity_salt}]


def _achievement(award: Award, words: Mapping[str, str]) -> dict[str, Any]:
    about = award.about_url or uuid5(NAMESPACE_URL, f"{award.course_title} {award.course_version}").urn
    return {
        "id": f"{about}#{award.result}",
        "type": ["Achievement"],
        "achievementType": _TYPES[award.result],
        "name": award.course_title,
        "description": " · ".join(words[fact] for fact in ("kind", "learning", "course", "credit")),
        "criteria": {"narrative": words["result"]},
        "inLanguage": award.language,
        **({"version": award.course_version} if award.course_version else {}),
    }
