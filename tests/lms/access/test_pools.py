"""What an organiser may do to a pool, and what has been promised to who applied."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.access.errors import CapacityUsed, Frozen, UnusableTimes
from lms.access.models import Application, Notice, Seat
from lms.access.queries.seats import seats_in, seats_used
from lms.access.rules.seats import OPEN, RESERVED, Seats
from lms.access.services.pools import change_pool, close_pool, open_pool
from lms.access.services.seats import apply_for_seat, give_up_seat, settle_pool
from tests.factories.access import T0, T1, T2, T3, at, pool_of, with_priority
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
State = Application.State


def applied(pool, count, *, hours, priority=False):
    people = [UserFactory() for _number in range(count)]
    for person in people:
        if priority:
            with_priority(person)
        apply_for_seat(pool.pk, person, now=at(hours))
    return people


def test_a_pool_has_its_seats_from_the_beginning_and_the_policys_share():
    pool = open_pool(
        capacity=10,
        opens_early_at=at(T0),
        opens_at=at(T1),
        releases_at=at(T2),
        starts_at=at(T3),
        labels={},
        now=at(0),
    )
    assert seats_in(pool) == Seats(4, 6)
    assert pool.policy.number == 1


@pytest.mark.parametrize(
    ("moved", "refusal"),
    [
        ({"opens_at": at(T0 + 24)}, "at least 7 days"),
        ({"opens_at": at(T3 + 1)}, "in order"),
        ({"opens_early_at": at(-900), "opens_at": at(-500), "releases_at": at(-400), "starts_at": at(-300)}, "future"),
    ],
)
def test_times_that_the_policy_does_not_allow_are_refused(moved, refusal):
    times = {"opens_early_at": at(T0), "opens_at": at(T1), "releases_at": at(T2), "starts_at": at(T3)} | moved
    with pytest.raises(UnusableTimes, match=refusal):
        open_pool(capacity=10, labels={}, now=at(0), **times)


@pytest.mark.parametrize("capacity", [0, 10_001])
def test_a_number_of_seats_that_cannot_be_is_refused(capacity):
    with pytest.raises(CapacityUsed):
        pool_of(capacity=capacity)


@pytest.mark.parametrize("change", [{"share": Decimal("0.2")}, {"precedence": "reserved_first"}])
def test_share_and_precedence_are_frozen_once_people_can_apply(change):
    pool = pool_of(capacity=10)
    change_pool(pool.pk, now=at(T0 - 1), **change)
    fresh = pool_of(capacity=10)
    with pytest.raises(Frozen):
        change_pool(fresh.pk, now=at(T0), **change)


def test_the_share_applies_to_more_seats_before_the_release_only():
    early, late = pool_of(capacity=10), pool_of(capacity=10)
    change_pool(early.pk, capacity=20, now=at(T1))
    change_pool(late.pk, capacity=20, now=at(T2))
    assert (seats_in(early), seats_in(late)) == (Seats(8, 12), Seats(4, 16))


def test_seats_that_are_added_fall_to_who_waits_at_once():
    pool = pool_of(capacity=3)
    applied(pool, 1, hours=T0, priority=True)
    waiting = applied(pool, 4, hours=T1, priority=True)
    standard = applied(pool, 4, hours=T1)
    change_pool(pool.pk, capacity=8, now=at(T1 + 1))  # two more reserved, three more open
    found = {one.person: one for one in pool.applications.select_related("seat", "person")}
    assert [found[person].seat.kind for person in waiting[:2]] == [OPEN, OPEN]
    assert [found[person].seat.kind for person in waiting[2:]] == [RESERVED, RESERVED]
    assert [found[person].state for person in standard] == [State.HELD, State.HELD, State.HELD, State.WAITING]


def test_there_cannot_be_fewer_seats_than_are_in_use():
    pool = pool_of(capacity=5)
    applied(pool, 3, hours=T1)
    with pytest.raises(CapacityUsed, match="3 seats"):
        change_pool(pool.pk, capacity=2, now=at(T1))
    change_pool(pool.pk, capacity=4, now=at(T1))
    assert seats_in(pool).total == 4


CHANGES = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3), st.integers(0, 120)), max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacity=st.integers(1, 8), changes=CHANGES)
def test_however_often_the_size_changes_no_seat_in_use_is_lost_and_none_is_one_too_many(capacity, changes):
    with transaction.atomic():
        pool, hours = pool_of(capacity=capacity), T0
        for size, newcomers, wait in changes:
            hours += wait
            if hours >= T3:
                break
            applied(pool, newcomers, hours=hours, priority=size % 2 == 0)
            settle_pool(pool.pk, now=at(hours))
            seated = set(pool.applications.filter(state__in=Application.SEATED).values_list("pk", flat=True))
            try:
                pool = change_pool(pool.pk, capacity=size, now=at(hours))
            except CapacityUsed:
                assert size < len(seated)
            after = set(pool.applications.filter(state__in=Application.SEATED).values_list("pk", flat=True))
            assert seated <= after
            used, have = seats_used(pool), seats_in(pool)
            assert have.total == pool.capacity
            assert used.reserved <= have.reserved
            assert used.open <= have.open
        transaction.set_rollback(True)


def test_dates_move_and_everybody_concerned_is_told_once():
    pool = pool_of(capacity=1)
    (seated,) = applied(pool, 1, hours=T1)
    applied(pool, 1, hours=T1)
    later = {"starts_at": at(T3 + 24), "releases_at": at(T2 + 24)}
    for _time in range(2):
        change_pool(pool.pk, now=at(T1 + 1), **later)
    assert Notice.objects.filter(kind="moved").count() == 2
    assert pool.applications.get(person=seated).state == State.CONFIRMED
    pool.refresh_from_db()
    assert pool.times.starts_at == at(T3 + 24)


@pytest.mark.parametrize(
    ("hours", "moved", "refusal"),
    [
        (T0, {"opens_early_at": at(T0 + 1)}, "can apply already"),
        (T1, {"opens_at": at(T1 + 1)}, "seats have been given"),
        (T2, {"releases_at": at(T2 + 1)}, "released already"),
        (T3, {"starts_at": at(T3 + 1)}, "has begun"),
        (T1, {"releases_at": at(T1 - 1)}, "future"),
        (T1, {"releases_at": at(T2 - 1)}, "longer before the start"),
        (T1, {"starts_at": at(T3 + 200)}, "longer before the start"),
        (T1, {"starts_at": at(T1)}, "future"),
    ],
)
def test_what_has_happened_cannot_be_undone_nor_the_reserve_released_early(hours, moved, refusal):
    pool = pool_of(capacity=5)
    with pytest.raises(UnusableTimes, match=refusal):
        change_pool(pool.pk, now=at(hours), **moved)
    pool.refresh_from_db()
    assert (pool.opens_at, pool.starts_at) == (at(T1), at(T3))


def test_a_start_that_comes_sooner_cuts_the_holds():
    pool = pool_of(capacity=1)
    applied(pool, 1, hours=T0)
    settle_pool(pool.pk, now=at(T1))
    change_pool(pool.pk, now=at(T1), releases_at=at(T1 + 10), starts_at=at(T1 + 20))
    assert pool.applications.get().held_until == at(T1 + 20)


def test_what_is_called_off_tells_everybody_once_and_seats_nobody():
    pool = pool_of(capacity=1)
    seated, waiting = applied(pool, 1, hours=T1), applied(pool, 1, hours=T1)
    for _time in range(2):
        close_pool(pool.pk, now=at(T1 + 1))
    assert Notice.objects.filter(kind="cancelled", application__person__in=[*seated, *waiting]).count() == 2
    assert seats_used(pool) == Seats(0, 0)
    give_up_seat(pool.pk, seated[0], now=at(T1 + 2))
    assert not pool.applications.filter(state__in=Application.LIVE).exists()


def test_a_new_label_moves_nothing():
    pool = pool_of(capacity=1)
    applied(pool, 1, hours=T0)
    change_pool(pool.pk, labels={"en": {"title": "Another", "path": "/x/"}}, now=at(T0) + timedelta(minutes=1))
    assert not Notice.objects.filter(kind="moved").exists()
    assert Seat.objects.filter(pool=pool).count() == 1
