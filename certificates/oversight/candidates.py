"""Who of a course or a webinar would get a certificate now, who not, and why. Reads only."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from certificates.issuing.models import Certificate
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.webinars.models import Registration, Webinar

State = Certificate.State


class Verdict(StrEnum):
    """How somebody stands, and the sentence that says so."""

    NEW = "new"
    AGAIN = "again"
    HAS_ONE = "has-one"
    BEING_MADE = "being-made"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    NOT_FINISHED = "not-finished"
    LEFT = "left"
    NOT_SETTLED = "not-settled"
    TOO_SHORT = "too-short"
    NOT_THERE = "not-there"
    NOT_GIVEN = "not-given"

    @property
    def would_be_issued(self) -> bool:
        return self in (Verdict.NEW, Verdict.AGAIN)

    @property
    def shows_names(self) -> bool:
        """Say whether somebody earned a certificate: names of who did not are for their teachers alone."""
        return self in (*EARNED,)

    @property
    def sentence(self) -> Any:
        return SENTENCES[self]


EARNED = (Verdict.NEW, Verdict.AGAIN, Verdict.HAS_ONE, Verdict.BEING_MADE, Verdict.REVOKED)
SENTENCES: dict[Verdict, Any] = {
    Verdict.NEW: _("Earned one and has none: would get it"),
    Verdict.AGAIN: _("Set aside: would be tried again"),
    Verdict.HAS_ONE: _("Has one already"),
    Verdict.BEING_MADE: _("Is being made"),
    Verdict.REVOKED: _("Was revoked: is not issued anew"),
    Verdict.WITHDRAWN: _("Was withdrawn at its holder’s request: is not issued anew"),
    Verdict.NOT_FINISHED: _("Has not finished the course yet"),
    Verdict.LEFT: _("Left the course"),
    Verdict.NOT_SETTLED: _("Was there long enough; the attendance is settled an hour after its last change"),
    Verdict.TOO_SHORT: _("Was not there long enough"),
    Verdict.NOT_THERE: _("Was not there, or is not known to have been"),
    Verdict.NOT_GIVEN: _("Was there; this webinar gives no certificates"),
}


@dataclass(frozen=True)
class Group:
    """Everybody who stands alike, and how many they are."""

    verdict: Verdict
    count: int


def standings(subject: Course | Webinar) -> QuerySet[Any]:
    """Return who studies a course or registered for a webinar, each with `verdict`, `name`, `email` and `serial`."""
    if isinstance(subject, Course):
        return _of_course(subject)
    return _of_webinar(subject)


def counts(subject: Course | Webinar) -> dict[Verdict, int]:
    """Return how many stand how; one query."""
    rows = standings(subject).order_by().values_list("verdict").annotate(count=Count("pk"))
    return {Verdict(verdict): count for verdict, count in rows}


def groups(subject: Course | Webinar) -> list[Group]:
    """Return the same in the order in which it is read: who would get one first."""
    found = counts(subject)
    return [Group(verdict, found[verdict]) for verdict in Verdict if verdict in found]


def _of_course(course: Course) -> QuerySet[Any]:
    versions = Certificate.objects.filter(completion__enrolment=OuterRef("pk")).order_by("-version")
    otherwise = [
        When(completion__isnull=False, then=Value(Verdict.NEW.value)),
        When(state=Enrolment.State.WITHDRAWN, then=Value(Verdict.LEFT.value)),
    ]
    return _judged(
        Enrolment.objects.filter(run__course=course, erased_at=None),
        versions,
        otherwise,
        Verdict.NOT_FINISHED,
        name=F("learner__name"),
        email=F("learner__email"),
    )


def _of_webinar(webinar: Webinar) -> QuerySet[Any]:
    versions = Certificate.objects.filter(attendance__registration=OuterRef("pk")).order_by("-version")
    enough = Q(attendance__met_at__isnull=False)
    otherwise = [
        When(Q(attendance__fixed_at__isnull=False), then=Value(Verdict.NEW.value)),
        When(enough, then=Value(Verdict.NOT_SETTLED.value)),
        When(attendance__isnull=False, then=Value(Verdict.TOO_SHORT.value)),
    ]
    if not webinar.gives_certificate:
        otherwise.insert(0, When(enough, then=Value(Verdict.NOT_GIVEN.value)))
    return _judged(
        Registration.objects.of_people().filter(webinar=webinar),
        versions,
        otherwise,
        Verdict.NOT_THERE,
        name=F("person__name"),
        email=F("person__email"),
    )


def _judged(people: Any, versions: Any, otherwise: list[When], default: Verdict, **named: F) -> QuerySet[Any]:
    """Return people with their verdict: by the newest version of their certificate, else by what they have done."""
    by_certificate = {
        Verdict.HAS_ONE: [State.ISSUED],
        Verdict.BEING_MADE: Certificate.UNFINISHED,
        Verdict.AGAIN: Certificate.SET_ASIDE,
        Verdict.REVOKED: [State.REVOKED, State.REPLACED],
        Verdict.WITHDRAWN: [State.WITHDRAWN],
    }
    whens = [When(certified__in=states, then=Value(verdict.value)) for verdict, states in by_certificate.items()]
    return (
        people.annotate(
            certified=Subquery(versions.values("state")[:1]), serial=Subquery(versions.values("serial")[:1]), **named
        )
        .annotate(verdict=Case(*whens, *otherwise, default=Value(default.value), output_field=CharField()))
        .order_by("name", "pk")
    )
