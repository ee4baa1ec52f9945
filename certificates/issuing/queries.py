from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from certificates.issuing.models import Certificate, CertificateQuerySet
from certificates.rendering.words import in_words
from courses.catalogue.models import CoursePage
from courses.progress.models import Completion
from courses.progress.queries import completions_of
from lms.accounts.models import User


@dataclass(frozen=True)
class HeldCertificate:
    """A completed course as its learner's list of certificates shows it; certificate: None until one is opened."""

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


def certificate_in_force(completion_id: int) -> Certificate | None:
    """Return the certificate of a completion that counts, whatever its state."""
    return Certificate.objects.filter(completion=completion_id, state__in=Certificate.IN_FORCE).first()


def certificates_held_by(person: User) -> list[HeldCertificate]:
    """Return a person's completions with their certificates, newest first; two queries."""
    in_force = Certificate.objects.filter(state__in=Certificate.IN_FORCE)
    completions = completions_of(person).prefetch_related(
        Prefetch("certificates", queryset=in_force, to_attr="in_force")
    )
    return [
        HeldCertificate(
            title=certificate.award.course_title if certificate else completion.contract.title,
            completed_at=completion.completed_at,
            certificate=certificate,
        )
        for completion in completions
        for certificate in [next(iter(completion.in_force), None)]
    ]


def certificates_of(person: User) -> CertificateQuerySet:
    """Return a person's own certificates; nobody else's can be reached through it."""
    if not person.is_authenticated:
        return Certificate.objects.none()
    return Certificate.objects.filter(completion__enrolment__learner=person)


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
