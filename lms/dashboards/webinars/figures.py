"""What a webinar's registrations come to, so that nothing of a single person shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django_countries import countries as country_names

from courses.webinars.mail_rules import Kind
from courses.webinars.models import Attendance, Join, Registration, RegistrationAnswers, Webinar, WebinarMail
from lms.access.queries.decisions import with_priority
from lms.dashboards.rules import Key, Values, withheld_parts

STEP = 10  # people who are added to the figures at once, should a webinar that was over take place again
MOST_EXPORTED = 100_000


@dataclass(frozen=True)
class Crowd:
    """The first so many people who registered: how many from which country, and from low-resource environments.

    countries: name and number, the most first; elsewhere: all others together. low_resource: None where it is withheld.
    """

    people: int
    countries: tuple[tuple[str, int], ...]
    elsewhere: int
    low_resource: int | None

    @property
    def low_resource_percent(self) -> int | None:
        return None if self.low_resource is None else round(100 * self.low_resource / self.people)


def crowd_of(webinar: Webinar, *, ever: int, now: datetime) -> Crowd | None:
    """Return who registered for a webinar, of as many as ever did; None of fewer than ten, or before it is over.

    Organisers know by name who came when: if none or all of those who came between two looks had priority, or one country, the
    figures would tell it of each. So they are shown once nobody can come any more; whoever cancels stays in. Two queries.
    """
    people = ever - ever % STEP
    if not people or webinar.ends_at is None or now < webinar.ends_at:
        return None
    first = webinar.registrations.order_by("pk")[:people]
    by_country = Registration.objects.filter(pk__in=first.values("pk")).values_list("person__country")
    counts = dict(by_country.annotate(number=Count("pk")).order_by())
    priority = len(with_priority(first.values_list("person", flat=True), now))
    tiers: dict[Key, Values] = {"priority": (priority,), "standard": (people - priority,)}
    hidden = withheld_parts({country: (number,) for country, number in counts.items()})
    shown = {country: number for country, number in counts.items() if country and country not in hidden}
    by_number = sorted(shown.items(), key=lambda pair: (-pair[1], pair[0]))
    return Crowd(
        people=people,
        countries=tuple((str(country_names.name(code)) or code, number) for code, number in by_number),
        elsewhere=people - sum(shown.values()),
        low_resource=None if "priority" in withheld_parts(tiers) else priority,
    )


@dataclass(frozen=True)
class MailRow:
    """How many mails of a kind were sent, wait to be, and were given up since the address refuses them."""

    kind: Kind
    sent: int
    waiting: int
    refused: int


def mail_rows(webinar: Webinar) -> list[MailRow]:
    """Return what has been written to people about a webinar; one query."""
    is_sent = Q(outgoing=None) | Q(outgoing__sent_at__isnull=False)
    is_refused = Q(outgoing__failed_at__isnull=False)
    counted = (
        WebinarMail.objects.filter(registration__webinar=webinar)
        .values_list("kind")
        .annotate(sent=Count("pk", filter=is_sent), refused=Count("pk", filter=is_refused), all=Count("pk"))
        .order_by()
    )
    found = {kind: MailRow(Kind(kind), sent, all_ - sent - refused, refused) for kind, sent, refused, all_ in counted}
    return [found[kind] for kind in Kind if kind in found]


@dataclass(frozen=True)
class Came:
    """How many people went through the door, were there at all, and were there for long enough."""

    joined: int
    came: int
    enough: int


def came_to(webinar: Webinar) -> Came:
    """Return how many came; two queries."""
    joined = Join.objects.filter(registration__webinar=webinar).aggregate(people=Count("registration", distinct=True))
    was_there = Q(minutes__gt=0) | Q(met_at__isnull=False)
    counted = Attendance.objects.filter(was_there, registration__webinar=webinar).aggregate(
        came=Count("pk"), enough=Count("met_at")
    )
    return Came(joined["people"], counted["came"], counted["enough"])


@dataclass(frozen=True)
class Registrant:
    """Somebody who is registered, as an organiser may see them."""

    name: str
    registered_at: datetime
    joined_at: datetime | None
    minutes: int | None
    answers: dict[str, str]


def registrants_of(webinar: Webinar) -> Iterator[Registrant]:
    """Yield who is registered for a webinar, in the order in which they came, as they are read."""
    answers = RegistrationAnswers.objects.filter(webinar=OuterRef("webinar"), person=OuterRef("person"))
    rows = (
        webinar.registrations.live()
        .of_people()
        .annotate(joined_at=Min("joins__at"), said=Subquery(answers.values("answers")[:1]))
        .order_by("pk")
        .values_list("person__name", "made_at", "joined_at", "attendance__minutes", "said")[:MOST_EXPORTED]
    )
    return (Registrant(*row[:-1], row[-1] or {}) for row in rows.iterator(chunk_size=500))
