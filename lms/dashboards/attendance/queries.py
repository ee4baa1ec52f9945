from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Lower

from courses.webinars.models import Attendance, Presence, Registration, Webinar

MOST_FOUND = 20
Names = QuerySet[Any, Any]  # names of lists, each with its first presence and the time from first to last


@dataclass(frozen=True)
class Figures:
    """How many registered, were there, and were there for long enough; how many names of lists nobody has settled."""

    registered: int
    came: int
    enough: int
    unsettled: int


def figures_of(webinar: Webinar) -> Figures:
    """Return what attendance comes to; three queries."""
    counted = _came(webinar).aggregate(came=Count("pk"), enough=Count("met_at"))
    registered = webinar.registrations.live().count()
    return Figures(registered=registered, unsettled=unsettled_in(webinar).count(), **counted)


@dataclass(frozen=True)
class Comer:
    """Somebody who was there. listed: the names that lists have for them, each with a presence that leads to it."""

    name: str
    minutes: int
    is_enough: bool
    listed: Sequence[tuple[int, str]]

    @property
    def same_name(self) -> int | None:
        """A presence under the name they registered with."""
        return next((presence for presence, name in self.listed if name == self.name), None)

    @property
    def other_names(self) -> list[tuple[int, str]]:
        return [(presence, name) for presence, name in self.listed if name != self.name]


def comers_in(webinar: Webinar) -> QuerySet[Attendance]:
    """Return those who were there, by name."""
    came = _came(webinar).filter(registration__person__is_stand_in=False)
    return came.select_related("registration__person").order_by(Lower("registration__person__name"), "pk")


def rows_of(attendances: Iterable[Attendance]) -> list[Comer]:
    """Return what a page shows of some who were there; one query."""
    shown = list(attendances)
    names: dict[int, list[tuple[int, str]]] = defaultdict(list)
    known = Presence.objects.filter(registration__in=[attendance.registration_id for attendance in shown])
    listed = known.values_list("registration", "name", "email").annotate(first=Min("pk")).order_by("first")
    for registration, name, email, first in listed:
        names[registration].append((first, name or email))
    return [_comer(attendance, names[attendance.registration_id]) for attendance in shown]


def all_rows(attendances: QuerySet[Attendance]) -> Iterator[Comer]:
    """Yield all who were there, without what lists call them, as they are read."""
    return (_comer(attendance, ()) for attendance in attendances.iterator(chunk_size=500))


@dataclass(frozen=True)
class Listee:
    """A name of lists. email: as it stands in a file that the reader uploaded, else empty."""

    presence_id: int
    name: str
    email: str
    joined_at: datetime
    left_at: datetime


def unsettled_in(webinar: Webinar) -> Names:
    """Return the names of lists of which nobody has said yet whose they are, to be made rows by listees_of."""
    return _names(webinar.presences.filter(registration=None, is_stranger=False))


def strangers_in(webinar: Webinar) -> Names:
    """Return the names of lists that are nobody's who registered, to be made rows by listees_of."""
    return _names(webinar.presences.filter(is_stranger=True))


def listees_of(names: Iterable[dict[str, Any]], *, reader_id: int) -> list[Listee]:
    """Return what the reader is shown of names; one query."""
    shown = list(names)
    firsts = [name["first"] for name in shown]
    own = set(Presence.objects.filter(pk__in=firsts, list__imported_by=reader_id).values_list("pk", flat=True))
    return [
        Listee(
            presence_id=name["first"],
            name=name["name"],
            email=name["email"] if name["first"] in own else "",
            joined_at=name["joined"],
            left_at=name["left"],
        )
        for name in shown
    ]


def registered_as(webinar: Webinar, name: str) -> list[Registration]:
    """Return some of the people registered whose names contain a word."""
    found = webinar.registrations.live().of_people().filter(person__name__icontains=name).select_related("person")
    return list(found.order_by(Lower("person__name"), "pk")[:MOST_FOUND])


def _came(webinar: Webinar) -> QuerySet[Attendance]:
    return Attendance.objects.filter(Q(minutes__gt=0) | Q(met_at__isnull=False), registration__webinar=webinar)


def _comer(attendance: Attendance, listed: Sequence[tuple[int, str]]) -> Comer:
    return Comer(
        name=attendance.registration.person.name,
        minutes=attendance.minutes,
        is_enough=attendance.met_at is not None,
        listed=listed,
    )


def _names(presences: QuerySet[Presence]) -> Names:
    grouped = presences.values("name", "email").annotate(first=Min("pk"), joined=Min("joined_at"), left=Max("left_at"))
    return grouped.order_by("name", "email")
