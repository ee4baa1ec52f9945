"""The demo's people as rows, with what each is told to have studied."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from lms.accounts.models import User
from lms.operations.demo import people, plan


def add_named_people(now: datetime) -> dict[str, User]:
    password = make_password(people.PASSWORD)  # hashed once: it costs on purpose
    start = plan.first_moment(now)
    users = [
        User(
            email=person.email,
            password=password,
            name=person.name,
            country=person.country,
            profession=person.profession,
            language="en",
            time_zone=person.time_zone,
            is_superuser=person.role == people.ADMINISTRATOR.role,
            is_demo=True,
            accepted_terms_at=start,
            date_joined=start,
        )
        for person in people.NAMED
    ]
    _add_people(users)
    by_email = {user.email: user for user in users}
    for person in people.NAMED:
        if person.role and person.role != people.ADMINISTRATOR.role:
            by_email[person.email].groups.add(Group.objects.get(name=person.role))
    return by_email


def half_way(course: plan.CourseShape, *, now: datetime, seed: int) -> plan.History:
    half = len(course.steps) // 2
    days = (0, 1, 0, 2, 0, 1, 3)
    enrolled_at = _morning(now) - timedelta(days=3 + sum(days[number % len(days)] for number in range(half)))
    study = plan.Study(steps=half, days=days, looks_ahead=True)
    chance = Random(f"{seed}/half way")
    return plan.study_course(course, study, enrolled_at=enrolled_at, now=now, seed=seed, chance=chance)


def finished(courses: Sequence[plan.CourseShape], *, now: datetime, seed: int) -> list[plan.History]:
    return [
        plan.study_course(
            course,
            plan.Study(steps=len(course.steps), days=(0, 1, 0, 2)),
            enrolled_at=_morning(now) - timedelta(days=days_ago),
            now=now,
            seed=seed,
            chance=Random(f"{seed}/finisher/{course.code}"),
        )
        for course, days_ago in zip(courses, (150, 60), strict=False)
    ]


def _morning(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=7, minute=0, second=0, microsecond=0)


def generated(courses: Sequence[plan.CourseShape], *, now: datetime, seed: int) -> Iterable[tuple[User, plan.History]]:
    users, histories = [], []
    countries = [country for country, number in people.LEARNERS_BY_COUNTRY.items() for _learner in range(number)]
    unusable = make_password(None)
    Random(f"{seed}/countries").shuffle(countries)
    for number, country in enumerate(countries, start=1):
        chance = Random(f"{seed}/learner/{number}")
        joined_at, done = plan.study_year(courses, now=now, seed=seed, chance=chance)
        user = User(
            email=f"learner-{number:03}@{people.DOMAIN}",
            password=unusable,
            name=f"Demo learner {number:03}",
            country=country,
            profession=chance.choice(people.PROFESSIONS),
            language=people.LANGUAGE_BY_COUNTRY.get(country, "en"),
            is_demo=True,
            accepted_terms_at=joined_at,
            date_joined=joined_at,
        )
        users.append(user)
        histories += [(user, history) for history in done]
    _add_people(users)
    return histories


def _add_people(users: list[User]) -> None:
    User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
