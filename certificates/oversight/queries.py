from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from certificates.issuing.models import Certificate, CertificateQuerySet
from certificates.issuing.rules import LONGEST_TYPED, read_serial
from certificates.oversight.words import LONG
from courses.webinars.models import Webinar

CAUSES_SHOWN = 50
MOST_WEBINARS = 500  # to choose from


def register() -> CertificateQuerySet:
    """Return all certificates with what a row of the register shows; one query."""
    return Certificate.objects.select_related("holder", "replaces", "replaced_by").order_by("-opened_at", "-pk")


def found(certificates: CertificateQuerySet, words: str) -> CertificateQuerySet:
    """Return those that somebody means: by the code, or a part of the name, the e-mail address or the course."""
    serial = read_serial(words)
    code = "".join(words.upper().split()) if len(words) <= LONGEST_TYPED else ""
    match = (
        Q(holder__name__icontains=words)
        | Q(holder__email__icontains=words)
        | Q(facts__name__icontains=words)
        | Q(facts__course_title__icontains=words)
    )
    if serial:
        match |= Q(serial=serial)
    elif len(code) >= 4:
        match |= Q(serial__contains=code)
    return certificates.filter(match)


def needing_a_look(certificates: CertificateQuerySet, *, now: datetime) -> CertificateQuerySet:
    """Return those that somebody has to see to: set aside, held up, or waiting for longer than a busy worker takes."""
    late = Q(state__in=Certificate.UNFINISHED, opened_at__lt=now - LONG)
    held_up = Q(state=Certificate.State.WAITING) & ~Q(reason="")
    return certificates.filter(Q(state__in=Certificate.SET_ASIDE) | held_up | late)


@dataclass(frozen=True)
class Cause:
    """Why certificates are set aside, and how many are for that."""

    state: Certificate.State
    reason: str
    count: int


def causes() -> list[Cause]:
    """Return why certificates are set aside, the most frequent first; one query."""
    rows = (
        Certificate.objects.filter(state__in=Certificate.SET_ASIDE)
        .values_list("state", "reason")
        .annotate(count=Count("pk"))
        .order_by("-count", "reason")
    )
    return [Cause(Certificate.State(state), reason, count) for state, reason, count in rows[:CAUSES_SHOWN]]


def versions_of(certificate: Certificate) -> list[Certificate]:
    """Return all versions of what a certificate is for, the first one first."""
    return list(
        Certificate.objects.filter(completion=certificate.completion_id, attendance=certificate.attendance_id).order_by(
            "version"
        )
    )


def newest_webinars() -> QuerySet[Webinar]:
    """Return the webinars that have a date, the newest first; only so many as one can choose among."""
    newest = Webinar.objects.filter(starts_at__isnull=False).order_by("-starts_at")[:MOST_WEBINARS]
    return Webinar.objects.filter(pk__in=newest.values("pk")).order_by("-starts_at")
