from dataclasses import dataclass
from datetime import datetime

from certificates.issuing.models import Certificate
from certificates.issuing.queries import newest_certificate

MOST_ENDED = 10_000  # that a snapshot holds


def certificate_in_public(serial: str) -> Certificate | None:
    """Return the certificate of a serial, valid or not; None for one that was never issued."""
    public = [Certificate.State.ISSUED, *Certificate.ENDED]
    return Certificate.objects.filter(serial=serial, state__in=public).first()


def newest_version(certificate: Certificate) -> Certificate | None:
    """Return the certificate that a reader of one that is over should look at; None where there is no newer one."""
    if certificate.state not in (Certificate.State.REPLACED, Certificate.State.REVOKED):
        return None
    ground = {name: value for name in ("completion", "attendance") if (value := getattr(certificate, f"{name}_id"))}
    newest = newest_certificate(**ground)
    return newest if newest and newest.version > certificate.version else None


@dataclass(frozen=True)
class Ended:
    """A certificate that is no longer valid: its place on the status lists, how and when it ended."""

    position: int
    state: str
    at: datetime


def ended_certificates(limit: int = MOST_ENDED) -> list[Ended]:
    """Return what is no longer valid, the latest first, at most `limit`."""
    ended = Certificate.objects.filter(state__in=Certificate.ENDED).order_by("-ended_at", "-pk")
    facts = ended.values_list("status_position", "state", "ended_at")[:limit]
    return [Ended(position, state, at) for position, state, at in facts if at]
