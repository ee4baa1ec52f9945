import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any, TypeVar

from django.db.models import Case, Count, Exists, IntegerField, Model, OuterRef, Q, QuerySet, When

from certificates.issuing.models import Certificate, CertificateQuerySet
from certificates.issuing.queries import (
    attendances_without_certificate,
    completions_without_certificate,
    open_correction_requests,
)
from certificates.issuing.rules import LONGEST_TYPED, names_of, read_serial
from certificates.oversight.models import BulkIssue, BulkIssueItem, Inspection, RevocationItem, RevocationProposal
from certificates.oversight.words import LONG
from courses.progress.models import Completion
from courses.webinars.models import Attendance, Webinar
from lms.accounts.models import User

Row = TypeVar("Row", bound=Model)

CAUSES_SHOWN = 50
HELD_UP = Q(state=Certificate.State.WAITING) & ~Q(reason="")
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
    return certificates.filter(Q(state__in=Certificate.SET_ASIDE) | HELD_UP | late)


@dataclass(frozen=True)
class Waiting:
    """How much of certificates waits for a programme lead."""

    corrections: int
    proposals: int
    needing_a_look: int

    @property
    def is_nothing(self) -> bool:
        return not (self.corrections or self.proposals or self.needing_a_look)


def waiting_for(person: User, *, now: datetime) -> Waiting:
    """Return what a programme lead can see to; what is their own waits for others. Three queries."""
    return Waiting(
        corrections=open_correction_requests().exclude(certificate__holder=person).count(),
        proposals=open_proposals().exclude(proposed_by=person).count(),
        needing_a_look=needing_a_look(Certificate.objects.all(), now=now).count(),
    )


@dataclass(frozen=True)
class Cause:
    """Why certificates are set aside or held up, and how many are for that."""

    state: Certificate.State
    reason: str
    count: int

    @property
    def may_retry(self) -> bool:
        """Say whether somebody has to have them made again; what is held up goes on by itself."""
        return self.state in Certificate.SET_ASIDE


def causes() -> list[Cause]:
    """Return why certificates are set aside or held up, the most frequent first; one query."""
    rows = (
        Certificate.objects.filter(Q(state__in=Certificate.SET_ASIDE) | HELD_UP)
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


def open_proposals() -> QuerySet[RevocationProposal]:
    """Return proposals that nobody has confirmed or declined."""
    return RevocationProposal.objects.filter(confirmed_at=None, declined_at=None)


def proposals_to_carry_out() -> QuerySet[RevocationProposal]:
    return RevocationProposal.objects.filter(confirmed_at__isnull=False, ended_at=None)


def proposals() -> QuerySet[RevocationProposal]:
    """Return all proposals, newest first, with who made and decided them, and `count` and `left_to_do`; one query."""
    pending = Q(items__outcome=RevocationItem.Outcome.PENDING)
    related = RevocationProposal.objects.select_related("proposed_by", "confirmed_by", "declined_by")
    counted = related.annotate(count=Count("items"), left_to_do=Count("items", filter=pending))
    return counted.order_by("-proposed_at", "-pk")


def items_of(proposal: RevocationProposal) -> QuerySet[RevocationItem]:
    """Return the certificates of a proposal and what came of each; what went wrong stands first."""
    outcome = RevocationItem.Outcome
    order = Case(
        When(outcome=outcome.FAILED, then=0), When(outcome=outcome.LEFT, then=1), default=2, output_field=IntegerField()
    )
    return proposal.items.select_related("certificate").order_by(order, "pk")


def bulk_issues_under_way() -> QuerySet[BulkIssue]:
    return BulkIssue.objects.filter(ended_at=None)


def bulk_issues() -> QuerySet[BulkIssue]:
    """Return all bulk issues, newest first, with `taken_up`, `issued` and `set_aside`; one query."""
    issued = Q(items__certificate__state=Certificate.State.ISSUED)
    set_aside = Q(items__certificate__state__in=Certificate.SET_ASIDE) | ~Q(items__fault="")
    counted = BulkIssue.objects.select_related("course", "webinar", "asked_by").annotate(
        taken_up=Count("items"),
        issued=Count("items", filter=issued),
        set_aside=Count("items", filter=Q(items__isnull=False) & set_aside),
    )
    return counted.order_by("-asked_at", "-pk")


def lacking(bulk: BulkIssue) -> tuple[str, QuerySet[Any, int]]:
    """Return whether completions or attendances are meant, and the ids of those without a certificate, oldest first.

    Those that this bulk issue could not open are left out: it has written that down.
    """
    if bulk.course_id:
        tried = bulk.items.filter(completion=OuterRef("pk"))
        completions = completions_without_certificate().filter(enrolment__run__course=bulk.course_id)
        return "completion", completions.filter(~Exists(tried)).values_list("pk", flat=True)
    tried = bulk.items.filter(attendance=OuterRef("pk"))
    attendances = attendances_without_certificate().filter(registration__webinar=bulk.webinar_id)
    return "attendance", attendances.filter(~Exists(tried)).values_list("pk", flat=True)


def set_aside_of(bulk: BulkIssue) -> QuerySet[Certificate]:
    """Return what was set aside of a course or webinar and this bulk issue has not taken up, oldest first."""
    of = (
        Q(completion__enrolment__run__course=bulk.course_id)
        if bulk.course_id
        else Q(attendance__registration__webinar=bulk.webinar_id)
    )
    taken_up = bulk.items.filter(certificate=OuterRef("pk"))
    return Certificate.objects.filter(of, ~Exists(taken_up), state__in=Certificate.SET_ASIDE).order_by("pk")


def certificates_of_bulk(bulk: BulkIssue) -> QuerySet[BulkIssueItem]:
    """Return what a bulk issue took up and how each stands now; what is not issued stands first."""
    order = Case(When(certificate__state=Certificate.State.ISSUED, then=1), default=0, output_field=IntegerField())
    related = ("certificate", "completion__enrolment__learner", "attendance__registration__person")
    return bulk.items.select_related(*related).order_by(order, "pk")


def completions_lacking(before: datetime) -> QuerySet[Completion]:
    """Return completions of before a moment that have no certificate, whatever became of it."""
    return completions_without_certificate().filter(completed_at__lt=before)


def attendances_lacking(before: datetime) -> QuerySet[Attendance]:
    """Return attendances that earned a certificate before a moment and have none."""
    return attendances_without_certificate().filter(fixed_at__lt=before)


def late_certificates(now: datetime) -> QuerySet[Certificate]:
    """Return certificates that should have been made long ago."""
    return Certificate.objects.filter(state__in=Certificate.UNFINISHED, opened_at__lt=now - LONG)


def by_key(rows: QuerySet[Row], at_once: int, *, after: int = 0) -> Iterator[Row]:
    """Yield rows in the order of their keys, a few held at a time; those that change meanwhile are no trouble."""
    while some := list(rows.filter(pk__gt=after).order_by("pk")[:at_once]):
        yield from some
        after = some[-1].pk


def certificates_to_check(*, sample: int | None, after: int | None, at_once: int) -> Iterator[Certificate]:
    """Yield certificates with a file and what was signed of them: all, so many after one and on from the first, or drawn."""
    with_file = Certificate.objects.exclude(file_sha256="").select_related("credential")
    if sample is None:
        yield from by_key(with_file, at_once)
    elif after is None:
        drawn = list(with_file.order_by("?").values_list("pk", flat=True)[:sample])
        for start in range(0, len(drawn), at_once):
            yield from with_file.filter(pk__in=drawn[start : start + at_once])
    else:
        following = by_key(with_file, at_once, after=after)
        from_the_first = by_key(with_file.filter(pk__lte=after), at_once)
        yield from islice(chain(following, from_the_first), sample)


def still_names_file(certificate: Certificate) -> bool:
    """Say whether the row has that file still: its holder may have withdrawn it meanwhile."""
    return Certificate.objects.filter(pk=certificate.pk).exclude(file_sha256="").exists()


def files_in_use(names: Collection[str]) -> set[str]:
    """Return those of these files that a certificate names, or that are pictures of one it names."""
    digests = {posixpath.splitext(posixpath.basename(name))[0] for name in names}
    in_use = Certificate.objects.filter(file_sha256__in=digests).values_list("file_sha256", flat=True)
    return {name for sha256 in in_use for name in names_of(sha256)}


def inspections() -> QuerySet[Inspection]:
    return Inspection.objects.order_by("-began_at", "-pk")


def last_night() -> Inspection | None:
    """Return the last inspection of a night that came to its end."""
    return inspections().filter(by_night=True, ended_at__isnull=False).first()
