"""Decisions and seats under people who all come at one moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from lms.access.errors import AlreadyDecided, CannotBeNamed, NoOffer
from lms.access.models import Application, Decision, Finding, Notice, Seat, SeatPool
from lms.access.rules.decisions import Review
from lms.access.rules.seats import RESERVED
from lms.access.services.blocks import keep_block, name_learners
from lms.access.services.decisions import record_decision
from lms.access.services.pools import open_pool
from lms.access.services.reviews import Answer, answer_request
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat, settle_pool
from tests.applicants import rush
from tests.factories.access import queued
from tests.factories.accounts import InstitutionFactory, UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_each_of_several_decisions_at_once_knows_the_tier_before_it():
    person, gate = UserFactory(), Barrier(6)

    def decide(number: int) -> None:
        try:
            gate.wait()
            record_decision(person, country=("NP", "DE")[number % 2], now=datetime(2026, 12, 1, tzinfo=UTC))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(decide, range(6)))
    tiers = list(Decision.objects.order_by("pk").values_list("old_tier", "tier"))
    assert [old for old, _tier in tiers] == ["S", *(tier for _old, tier in tiers[:-1])]


def together(*acts):
    """Run acts at one moment, each with a connection of its own; return what each returned or raised."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait()
            return act()
        except (NoOffer, AlreadyDecided, CannotBeNamed) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def open_now(capacity, *, share="0.4"):
    """A pool that has opened to everybody a day ago."""
    day, now = timedelta(days=1), timezone.now()
    return open_pool(
        capacity=capacity,
        share=Decimal(share),
        opens_early_at=now - 9 * day,
        opens_at=now - day,
        releases_at=now + 7 * day,
        starts_at=now + 14 * day,
        labels={},
        now=now,
    )


def people(count, *, priority=0):
    found = [UserFactory() for _number in range(count)]
    for person in found[:priority]:
        record_decision(person, country="DE", review=Review.APPROVE, now=timezone.now())
    return found


def test_five_hundred_applications_at_once_for_fifty_seats(process_environment):
    pool, everybody = open_now(50), people(500, priority=60)
    rush(pool.pk, [person.pk for person in everybody], processes=6, environment=process_environment)
    found = Application.objects.filter(pool=pool)
    seats = Counter(found.exclude(seat=None).values_list("seat", flat=True))
    assert (len(seats), max(seats.values())) == (50, 1)  # I1
    assert Counter(found.values_list("person", flat=True)).most_common(1)[0][1] == 1  # I3
    assert found.count() == 500
    assert sorted(found.values_list("number", flat=True)) == list(range(500))
    assert not found.filter(seat__kind=RESERVED, is_priority=False).exists()  # I4
    assert Counter(found.values_list("state", flat=True)) == {"confirmed": 50, "waiting": 450}
    assert Notice.objects.count() == 500


def test_one_person_who_clicks_in_many_windows_is_in_one_place():
    pool, (person,) = open_now(3), people(1)
    together(*[lambda: apply_for_seat(pool.pk, person, now=timezone.now())] * 6)
    assert Application.objects.filter(pool=pool).count() == 1


def test_a_hold_that_ends_as_it_is_taken_has_one_winner():  # I19
    pool = open_now(1)
    first, second = people(2)
    apply_for_seat(pool.pk, first, now=timezone.now())
    apply_for_seat(pool.pk, second, now=timezone.now())
    give_up_seat(pool.pk, first, now=timezone.now())
    ends = Application.objects.get(person=second).held_until
    together(
        lambda: accept_seat(pool.pk, second, now=ends),
        lambda: settle_pool(pool.pk, now=ends),
        lambda: accept_seat(pool.pk, second, now=ends - timedelta(microseconds=1)),
    )
    application = Application.objects.select_related("seat").get(person=second)
    assert (application.state, application.seat is None) in [("confirmed", False), ("lapsed", True)]
    assert Notice.objects.filter(application=application, kind__in=["confirmed", "lapsed"]).count() == 1


def test_an_approval_and_an_application_at_once_make_a_priority_application():
    pool = open_now(3)
    for _time in range(5):
        (person,) = people(1)
        together(
            lambda person=person: record_decision(person, country="DE", review=Review.APPROVE, now=timezone.now()),
            lambda person=person: apply_for_seat(pool.pk, person, now=timezone.now()),
        )
        assert Application.objects.get(pool=pool, person=person).is_priority or (
            Application.objects.get(pool=pool, person=person).state == "confirmed"
        )


def test_seats_given_back_while_others_apply_are_all_taken_again():
    pool, everybody = open_now(4, share="0"), people(12)
    for person in everybody[:8]:
        apply_for_seat(pool.pk, person, now=timezone.now())
    together(
        *[lambda person=person: give_up_seat(pool.pk, person, now=timezone.now()) for person in everybody[:4]],
        *[lambda person=person: apply_for_seat(pool.pk, person, now=timezone.now()) for person in everybody[8:]],
    )
    live = Application.objects.filter(pool=pool, state__in=Application.LIVE)
    assert Seat.objects.filter(pool=pool, application=None).count() == 0
    assert live.exclude(seat=None).count() == 4
    assert live.count() == 8
    assert SeatPool.objects.get(pk=pool.pk).next_number == 12


def test_a_group_is_named_while_others_apply_and_no_seat_is_taken_twice():
    pool, everybody = open_now(25, share="0.6"), people(24, priority=24)
    block = keep_block(pool.pk, InstitutionFactory(), seats=3, by=UserFactory(), now=timezone.now())
    group, others = everybody[:3], everybody[3:]
    names = [person.email for person in group]
    together(
        *[lambda: name_learners(block.pk, names, now=timezone.now())] * 2,
        *[lambda person=person: apply_for_seat(pool.pk, person, now=timezone.now()) for person in [*group, *others]],
    )
    found = Application.objects.filter(pool=pool, state__in=Application.LIVE)
    kept = block.kept.filter(
        application=None
    ).count()  # all three where one of the group had applied before they were named
    seated = found.exclude(seat=None)
    assert found.count() == 24
    assert seated.count() == seated.values("seat").distinct().count() == min(24, 25 - kept)
    assert found.filter(seat__block=block).count() + kept == 3
    assert set(found.filter(seat__block=block).values_list("person", flat=True)) <= {one.pk for one in group}


def test_of_several_reviewers_at_once_one_answers_and_the_others_are_told():
    now = timezone.now()
    asked = queued(UserFactory(country="DE"), now=now)
    answers = [(Answer(("shown", "untrue")[number % 2]), UserFactory()) for number in range(6)]
    answered = together(
        *(partial(answer_request, asked.pk, answer, by=reviewer, now=now) for answer, reviewer in answers)
    )
    assert sum(isinstance(one, AlreadyDecided) for one in answered) == 5
    assert (Finding.objects.count(), Decision.objects.count()) == (1, 2)
