from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import get_language

from certificates.issuing.models import Certificate, CertificateQuerySet
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
        return self.certificate.state if self.certificate else Certificate.State.WAITING

    @property
    def words(self) -> dict[str, str]:
        return in_words(self.certificate.award) if self.certificate else {}

    @property
    def is_about_name(self) -> bool:
        """Say whether what cannot be drawn is in the name, so that the learner can mend it."""
        return self.certificate is not None and bool(
            set(self.certificate.reason.split()) & set(self.certificate.award.name)
        )


def certificate_in_force(**ground: int) -> Certificate | None:
    """Return the certificate that counts, whatever its state. ground: completion or attendance, with its id."""
    return Certificate.objects.filter(**ground, state__in=Certificate.IN_FORCE).first()


def certificates_held_by(person: User) -> list[HeldCertificate]:
    """Return a person's completions and attendances with their certificates, newest first; four queries."""
    if not person.is_authenticated:
        return []
    in_force = Certificate.objects.filter(state__in=Certificate.IN_FORCE)
    with_theirs = Prefetch("certificates", queryset=in_force, to_attr="in_force")
    completions = completions_of(person).prefetch_related(with_theirs)
    attendances = certified_attendances().filter(registration__person=person).prefetch_related(with_theirs)
    held = [
        *((one.contract.title, one.completed_at, one.in_force) for one in completions),
        *((_title_of(one), one.registration.webinar.when[0], one.in_force) for one in attendances),
    ]
    return [
        HeldCertificate(
            title=certificate.award.course_title if certificate else title, completed_at=at, certificate=certificate
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
    """Return waiting certificates that nobody is at, oldest first."""
    return Certificate.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=now), state=Certificate.State.WAITING
    ).order_by("opened_at")


def completions_for_award(completion_ids: Collection[int]) -> list[Completion]:
    """Return completions with all that an award is made of; one query."""
    return list(
        Completion.objects.filter(pk__in=completion_ids)
        .select_related("contract", "enrolment__learner", "enrolment__run__course")
        .order_by("pk")
    )


def translated_titles(completions: Collection[Completion]) -> dict[tuple[str, str], str]:
    """Return (translation key, language) -> title of the live pages of these courses; one query."""
    keys = {completion.enrolment.run.course.translation_key for completion in completions}
    pages = CoursePage.objects.live().filter(translation_key__in=keys)
    return {
        (str(key), language): title
        for key, language, title in pages.values_list("translation_key", "locale__language_code", "title")
    }
