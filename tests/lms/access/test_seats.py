"""Seats as rows: they do what the rules say, whatever happens, and the tables refuse what must not be."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lms.access.errors import CannotBeKept, CannotBeNamed, NoOffer, NotOpen, PoolClosed
from lms.access.models import Application, Notice, Seat
from lms.access.queries.seats import picture_of, place_of
from lms.access.rules.rolling import RollingPool
from lms.access.rules.seats import OPEN, RESERVED, split
from lms.access.services.blocks import give_back_block, keep_block, name_learners
from lms.access.services.pools import close_pool
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat, settle_pool
from tests.factories.access import T0, T1, T2, T3, at, pool_of, with_priority
from tests.factories.accounts import InstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Application.State


@pytest.fixture
def people():
    """Six people, the first three of whom have priority."""
    found = [UserFactory() for _number in range(6)]
    for person in found[:3]:
        with_priority(person)
    return found


def seated(pool):
    found = Application.objects.filter(pool=pool, state__in=Application.SEATED).select_related("seat")
    return {str(one.person_id): (one.seat.kind, one.held_until) for one in found}


def listed(pool, *, key="open_key", **only):
    found = Application.objects.filter(pool=pool, state__in=[State.WAITING, State.CLOSED], **only)
    return [str(one.person_id) for one in found.order_by(key)]


DOINGS = ["apply", "apply", "apply", "accept", "cancel", "tick", "approve"]
DELAYS = st.sampled_from([0, 0, 0, 1, 24, 24, 48, 72, 96])
STEPS = st.lists(st.tuples(st.sampled_from(DOINGS), st.integers(0, 5), DELAYS), max_size=25)
FOR_GROUPS = st.sampled_from([*DOINGS, "cancel", "name", "name", "name", "keep", "give back"])
STEPS_OF_GROUPS = st.lists(st.tuples(FOR_GROUPS, st.integers(0, 8), DELAYS), max_size=25)


# The people stay as they are: each example is rolled back.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(
    steps=[("apply", 5, 24), ("apply", 0, 0), ("apply", 1, 0), ("approve", 5, 1), ("cancel", 0, 1)],
    capacity=3,
    share="0.4",
)
@given(steps=STEPS, capacity=st.integers(1, 5), share=st.sampled_from(["0", "0.2", "0.4", "0.6"]))
def test_rows_and_rules_agree_after_every_step(people, steps, capacity, share):
    with transaction.atomic():
        agree_after(steps, people, pool_of(capacity=capacity, share=share))
        transaction.set_rollback(True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS_OF_GROUPS)
def test_rows_and_rules_agree_where_seats_are_kept_for_groups(people, steps):
    """Eight seats, five of them reserved, one of which can be kept for each of two groups."""
    with transaction.atomic():
        more = [with_priority(UserFactory()) for _number in range(3)]
        agree_after([("keep", 0, 0), *steps], [*more, *people], pool_of(capacity=8, share="0.6"), priority=6)
        transaction.set_rollback(True)


def agree_after(steps, people, pool, *, priority=3):
    prioritised = {str(person.pk) for person in people[:priority]}
    groups = [InstitutionFactory() for _number in range(2)]
    model = RollingPool(split(pool.capacity, pool.share), pool.times, pool.salt)
    hours = 0
    for do, number, wait in steps:
        hours += wait
        now, who = at(hours), str(people[number].pk)
        if hours >= T3 and who in listed(pool):
            continue  # the list has ended, so there is nothing to take back
        if do == "approve":
            prioritised.add(who)
        if do in ("keep", "name", "give back"):
            group = groups[0 if do == "name" else number % 2]
            _do_for_group(pool, model, do, group, people[number], now, is_priority=who in prioritised)
        else:
            _do(pool, model, do, people[number], now, is_priority=who in prioritised)
        assert seated(pool) == {one: (seat.pool, seat.until) for one, seat in model.seats.items()}
        assert listed(pool) == [entry.who for entry in model.waiting.open]
        assert listed(pool, key="reserved_key", is_priority=True) == [entry.who for entry in model.waiting.reserved]
        assert picture_of(pool).kept == model.kept
        assert Seat.objects.filter(pool=pool).count() == pool.capacity


def _do(pool, model, do, person, now, *, is_priority):
    who = str(person.pk)
    match do:
        case "apply":
            model.apply(who, now, is_priority=is_priority)
            try:
                apply_for_seat(pool.pk, person, now=now)
            except NotOpen:
                settle_pool(pool.pk, now=now)
        case "accept":
            model.accept(who, now)
            try:
                accept_seat(pool.pk, person, now=now)
            except NoOffer:
                settle_pool(pool.pk, now=now)
        case "cancel":
            model.cancel(who, now)
            give_up_seat(pool.pk, person, now=now)
        case "approve":
            model.approve(who, now)
            with_priority(person, now=now)
            settle_pool(pool.pk, now=now)
        case _:
            model.tick(now)
            settle_pool(pool.pk, now=now)


def _do_for_group(pool, model, do, group, person, now, *, is_priority):
    block = pool.blocks.filter(institution=group, ended_at=None).first()
    match do:
        case "keep":
            model.keep_block(str(group.pk), 1, now)
            try:
                keep_block(pool.pk, group, seats=1, by=person, now=now)
            except CannotBeKept:
                settle_pool(pool.pk, now=now)
        case "name" if block:
            model.name(str(person.pk), str(group.pk), now, is_priority=is_priority)
            try:
                name_learners(block.pk, [person.email], now=now)
            except (CannotBeKept, CannotBeNamed):
                settle_pool(pool.pk, now=now)
        case "give back" if block:
            model.release_block(str(group.pk), now)
            give_back_block(block.pk, now=now)


def test_a_second_application_is_the_first_one(people):
    pool = pool_of(capacity=2)
    first = apply_for_seat(pool.pk, people[5], now=at(T0))
    assert apply_for_seat(pool.pk, people[5], now=at(T0 + 1)) == first


def test_a_seat_is_sat_on_once(people):
    pool = pool_of(capacity=1)
    taken = apply_for_seat(pool.pk, people[4], now=at(T1))
    waits = apply_for_seat(pool.pk, people[5], now=at(T1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=waits.pk).update(state=State.CONFIRMED, seat=taken.seat)


def test_nobody_is_in_two_places(people):
    pool = pool_of(capacity=1)
    taken = apply_for_seat(pool.pk, people[4], now=at(T1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(
            pool=pool, person=people[4], number=9, joined_at=at(T1), is_priority=False, open_key="1", reserved_key="1"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=taken.pk).update(state=State.WAITING)


def test_applications_are_refused_before_the_opening_after_the_start_and_when_called_off(people):
    pool = pool_of(capacity=1)
    for moment in (T0 - 1, T3):
        with pytest.raises(NotOpen):
            apply_for_seat(pool.pk, people[5], now=at(moment))
    called_off = pool_of(capacity=1)
    close_pool(called_off.pk, now=at(T0))
    with pytest.raises(PoolClosed):
        apply_for_seat(called_off.pk, people[5], now=at(T1))


def test_time_never_goes_back_for_who_waited_for_the_lock(people):
    pool = pool_of(capacity=2)
    apply_for_seat(pool.pk, people[4], now=at(T1))
    later = apply_for_seat(pool.pk, people[5], now=at(T1) - timedelta(seconds=1))
    assert later.joined_at == at(T1)


def test_approval_while_waiting_counts_from_the_first_hour(people):
    """Worked example 7: a rural clinic in a country of high income, criteria a, c and e, approved on the sixth day."""
    pool = pool_of(capacity=3, share="0.4")  # one seat is reserved
    clinic = people[5]
    apply_for_seat(pool.pk, clinic, now=at(T0))
    apply_for_seat(pool.pk, people[0], now=at(T0 + 1))  # takes the reserved seat
    apply_for_seat(pool.pk, people[1], now=at(T0 + 2))
    with_priority(clinic, now=at(T0 + 6 * 24))
    assert listed(pool, key="reserved_key", is_priority=True) == [str(clinic.pk), str(people[1].pk)]
    give_up_seat(pool.pk, people[0], now=at(T0 + 6 * 24 + 1))
    assert seated(pool)[str(clinic.pk)][0] == RESERVED
    assert Notice.objects.filter(application__person=clinic, kind="priority").count() == 1


def test_a_seat_that_is_free_falls_at_once_to_who_is_approved(people):
    pool = pool_of(capacity=3)
    apply_for_seat(pool.pk, people[5], now=at(T0))
    with_priority(people[5], now=at(T0 + 1))
    assert seated(pool)[str(people[5].pk)] == (RESERVED, at(T0 + 1 + 72))


def test_a_hold_that_ends_at_this_very_moment_cannot_be_taken(people):  # I19
    pool = pool_of(capacity=1)
    apply_for_seat(pool.pk, people[5], now=at(T0))
    settle_pool(pool.pk, now=at(T1))
    with pytest.raises(NoOffer):
        accept_seat(pool.pk, people[5], now=at(T1 + 72))


def test_at_the_start_the_list_ends_and_its_people_are_told(people):
    pool = pool_of(capacity=1)
    apply_for_seat(pool.pk, people[4], now=at(T1))
    waits = apply_for_seat(pool.pk, people[5], now=at(T1))
    settle_pool(pool.pk, now=at(T3))
    waits.refresh_from_db()
    assert (waits.state, waits.ended_at) == (State.CLOSED, at(T3))
    assert Notice.objects.filter(application=waits, kind="closed").exists()
    pool.refresh_from_db()
    assert pool.next_due_at is None


def test_who_was_left_on_the_list_goes_ahead_in_half_of_the_seats_of_the_next_run_once(people):
    before = pool_of(capacity=1)
    for person in people[3:]:
        apply_for_seat(before.pk, person, now=at(T1))
    settle_pool(before.pk, now=at(T3))
    after = pool_of(capacity=2, share="0", carried_from=before)
    applications = [apply_for_seat(after.pk, person, now=at(T0)) for person in people]
    assert [one.is_carried for one in applications] == [False, False, False, False, True, True]
    settle_pool(after.pk, now=at(T1))
    assert len(set(seated(after)) & {str(people[4].pk), str(people[5].pk)}) >= 1
    settle_pool(after.pk, now=at(T3))
    third = pool_of(capacity=2, share="0", carried_from=after)
    again = [apply_for_seat(third.pk, person, now=at(T0)).is_carried for person in people[4:]]
    assert again == [False, False]


def test_a_seat_whose_person_was_deleted_falls_to_who_waits_and_not_to_a_newcomer(people):
    pool = pool_of(capacity=1)
    for person in people[3:5]:
        apply_for_seat(pool.pk, person, now=at(T1))
    people[3].delete()
    assert apply_for_seat(pool.pk, people[5], now=at(T1 + 1)).state == State.WAITING
    assert seated(pool) == {str(people[4].pk): (OPEN, at(T1 + 1 + 72))}
    pool.refresh_from_db()
    assert pool.next_due_at == at(T1 + 1 + 72)


def test_an_application_to_a_full_pool_asks_few_questions_since_hundreds_may_wait_for_it(
    people, django_assert_max_num_queries
):
    pool = pool_of(capacity=1)
    apply_for_seat(pool.pk, people[4], now=at(T1))
    before, under_the_lock, savepoint = 3, 4, 2
    with django_assert_max_num_queries(before + under_the_lock + savepoint):
        application = apply_for_seat(pool.pk, people[5], now=at(T1))
    assert Application.objects.get(pk=application.pk).state == application.state == State.WAITING


def test_a_batch_gives_its_seats_at_the_deadline_in_one_run(people):
    pool = pool_of(capacity=3, mode="batch")
    for person in people:
        apply_for_seat(pool.pk, person, now=at(T0))
    assert seated(pool) == {}
    settle_pool(pool.pk, now=at(T1))
    kinds = sorted(kind for kind, _until in seated(pool).values())
    assert kinds == [OPEN, OPEN, RESERVED]
    assert {until for _kind, until in seated(pool).values()} == {at(T1 + 72)}
    first = listed(pool)[0]
    give_up_seat(pool.pk, Application.objects.filter(pool=pool, seat__kind=OPEN).first().person, now=at(T1 + 1))
    assert first in seated(pool)


def test_a_place_is_told_to_its_person(people, django_assert_max_num_queries):
    pool = pool_of(capacity=1)
    for person in people[3:]:
        apply_for_seat(pool.pk, person, now=at(T0))
    assert place_of(pool, people[3], now=at(T0)).place_open is None  # the ballot is sealed
    settle_pool(pool.pk, now=at(T1))
    places = []
    for person in people[3:]:
        with django_assert_max_num_queries(3):
            places.append(place_of(pool, person, now=at(T1)).place_open or 0)
    assert sorted(places) == [0, 1, 2]
    picture = picture_of(pool)
    assert (picture.used.total, picture.held, picture.waiting) == (1, 1, 2)


@pytest.mark.parametrize("moment", [T0, T1, T2])
def test_settling_a_pool_with_nothing_due_asks_one_question(people, moment, django_assert_num_queries):
    pool = pool_of(capacity=1)
    settle_pool(pool.pk, now=at(moment))
    with django_assert_num_queries(1):
        settle_pool(pool.pk, now=at(moment))
