from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import get_language

from certificates.award import Award
from certificates.credentials.addresses import STATUS_LIST_SIZE
from certificates.issuing.models import Certificate, CertificateQuerySet, CorrectionRequest, Credential
from certificates.rendering.pdf import language_on_paper
from certificates.rendering.words import in_words
from courses.catalogue.models import CoursePage
from courses.progress.models import Completion
from courses.progress.queries import completions_of
from courses.webinars.models import Attendance
from lms.accounts.models import User


@dataclass(frozen=True)
class HeldCertificate:
    """A completed course or attended webinar as its learner's list of certificates shows it.

    certificate: None until one is opened.
    """

    title: str
    completed_at: datetime
    certificate: Certificate | None

    @property
    def state(self) -> str:
        """How its learner knows it: one that a worker is at waits as well."""
        if self.certificate is None or self.certificate.is_unfinished:
            return Certificate.State.WAITING
        return self.certificate.state

    @property
    def award(self) -> Award | None:
        """What the certificate states; None where there is none, or it was withdrawn."""
        return self.certificate.award if self.certificate and self.certificate.facts else None

    @property
    def words(self) -> dict[str, str]:
        return in_words(self.award) if self.award else {}

    @property
    def is_about_name(self) -> bool:
        """Say whether what cannot be drawn is in the name, so that the learner can mend it."""
        return self.certificate is not None and bool(
            set(self.certificate.reason.split()) & set(self.certificate.award.name)
        )


def newest_certificate(**ground: int) -> Certificate | None:
    """Return the last version for a ground, in force or not. ground: completion or attendance, with its id."""
    return Certificate.objects.filter(**ground).order_by("-version").first()


def certificates_held_by(person: User) -> list[HeldCertificate]:
    """Return a person's completions and attendances with their certificates, newest first; four queries."""
    if not person.is_authenticated:
        return []
    newest_first = Certificate.objects.order_by("-version")
    with_theirs = Prefetch("certificates", queryset=newest_first, to_attr="versions")
    completions = completions_of(person).prefetch_related(with_theirs)
    attendances = certified_attendances().filter(registration__person=person).prefetch_related(with_theirs)
    held = [
        *((one.contract.title, one.completed_at, one.versions) for one in completions),
        *((_title_of(one), one.registration.webinar.when[0], one.versions) for one in attendances),
    ]
    return [
        HeldCertificate(
            title=certificate.facts.get("course_title", title) if certificate else title,
            completed_at=at,
            certificate=certificate,
        )
        for title, at, found in sorted(held, key=lambda one: one[1], reverse=True)
        for certificate in [next(iter(found), None)]
    ]


def certified_attendances() -> QuerySet[Attendance]:
    """Return the attendances that a certificate is given for."""
    fixed = Attendance.objects.filter(fixed_at__isnull=False, registration__webinar__gives_certificate=True)
    return fixed.select_related("registration__webinar")


def _title_of(attendance: Attendance) -> str:
    return attendance.registration.webinar.label_in(get_language() or settings.LANGUAGE_CODE)["title"]


def certificates_of(person: User) -> CertificateQuerySet:
    """Return a person's own certificates; nobody else's can be reached through it."""
    if not person.is_authenticated:
        return Certificate.objects.none()
    return Certificate.objects.filter(holder=person)


def open_correction_requests() -> QuerySet[CorrectionRequest]:
    """Return what learners say is wrong and nobody has answered yet, oldest first, with certificate and holder."""
    return CorrectionRequest.objects.filter(state=CorrectionRequest.State.OPEN).select_related("certificate__holder")


def further_languages(certificate: Certificate) -> list[tuple[str, str]]:
    """Return the languages that a certificate could be printed in besides its own: code, and what it calls itself."""
    own = language_on_paper(certificate.award.language)
    return [(code, name) for code, name in settings.LANGUAGES if code != own and language_on_paper(code) == code]


def certificates_for_award() -> CertificateQuerySet:
    """Return certificates with all that the award of a further one is made of."""
    return Certificate.objects.select_related(
        "holder", "completion__enrolment__run__course", "attendance__registration__webinar", "replaced_by"
    )


def attendances_for_award() -> QuerySet[Attendance]:
    """Return attendances with all that an award is made of."""
    return Attendance.objects.select_related("registration__webinar", "registration__person")


def attendances_without_certificate() -> QuerySet[Attendance]:
    """Return attendances for which no certificate was opened, oldest first."""
    opened = Certificate.objects.filter(attendance=OuterRef("pk"))
    return certified_attendances().filter(~Exists(opened)).order_by("pk")


def completions_without_certificate() -> QuerySet[Completion]:
    """Return completions for which no certificate was opened, oldest first."""
    opened = Certificate.objects.filter(completion=OuterRef("pk"))
    return Completion.objects.filter(~Exists(opened)).order_by("pk")


def unfinished_certificates(now: datetime) -> QuerySet[Certificate]:
    """Return certificates whose file is to be made and that no worker is at, oldest first."""
    return Certificate.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=now), state__in=Certificate.UNFINISHED
    ).order_by("opened_at")


def free_positions(positions: Sequence[int]) -> list[int]:
    """Return those of these places among the status lists that no certificate has, in the same order."""
    taken = set(Certificate.objects.filter(status_position__in=positions).values_list("status_position", flat=True))
    return [position for position in positions if position not in taken]


def newest_status_list() -> int:
    """Return the number of the status list that certificates are being put on."""
    last = Certificate.objects.order_by("-status_position").values_list("status_position", flat=True).first()
    return 0 if last is None else last // STATUS_LIST_SIZE


def ended_on_status_list(number: int, *, before: datetime | None = None) -> list[int]:
    """Return the places, counted from the list's first, of certificates that are not valid any more (since a moment)."""
    first = number * STATUS_LIST_SIZE
    on_list = Q(status_position__gte=first, status_position__lt=first + STATUS_LIST_SIZE)
    ended = Certificate.objects.filter(on_list, state__in=Certificate.ENDED)
    if before:
        ended = ended.filter(ended_at__lt=before)
    return [position - first for position in ended.values_list("status_position", flat=True)]


def certificates_without_credential() -> QuerySet[Certificate]:
    """Return certificates that were issued, and not withdrawn, before there were credentials; oldest first."""
    shown = Certificate.objects.filter(state__in=Certificate.SHOWN, credential=None)
    return shown.order_by("pk")


def public_credential(serial: str) -> Credential | None:
    """Return the credential that anyone with the link may have: of a certificate issued, even if it ended since."""
    return Credential.objects.filter(certificate__serial=serial, certificate__state__in=Certificate.SHOWN).first()


def completions_for_award(completion_ids: Collection[int]) -> list[Completion]:
    """Return completions with all that an award is made of; one query."""
    return list(
        Completion.objects.filter(pk__in=completion_ids)
        .select_related("contract", "enrolment__learner", "enrolment__run__course")
        .order_by("pk")
    )


@dataclass(frozen=True)
class CourseLabel:
    """What a course is called in one language, and the last part of its page's address."""

    title: str
    slug: str


def course_labels(completions: Collection[Completion]) -> dict[tuple[str, str], CourseLabel]:
    """Return (translation key, language) -> label of the live pages of these courses; one query."""
    keys = {completion.enrolment.run.course.translation_key for completion in completions}
    pages = CoursePage.objects.live().filter(translation_key__in=keys)
    return {
        (str(key), language): CourseLabel(title=title, slug=slug)
        for key, language, title, slug in pages.values_list("translation_key", "locale__language_code", "title", "slug")
    }
