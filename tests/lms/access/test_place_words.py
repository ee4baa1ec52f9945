"""What somebody is told of their place in a pool, in its every state."""

import pytest
from django.utils import timezone, translation

from lms.access.models import Application
from lms.access.place_words import line_of, told_of
from lms.access.queries.outlooks import outlook_of
from lms.access.services.pools import close_pool
from lms.access.services.seats import apply_for_seat, settle_pool
from tests.factories.access import T0, T1, T2, T3, at, pool_of, with_priority
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    """Three seats, one of them reserved."""
    return pool_of(capacity=3)


def told(pool, person, hours):
    """Return what somebody is told at a moment, as one text, and what they can do."""
    settle_pool(pool.pk, now=at(hours))
    pool.refresh_from_db()
    found = told_of(outlook_of(pool, person, now=at(hours)))
    return " ".join([found.heading, *found.sentences]), found.action


def applied(pool, *people, hours):
    for person in people:
        apply_for_seat(pool.pk, person, now=at(hours))


@pytest.mark.parametrize(
    ("hours", "words", "action"),
    [
        (T0 - 1, "You can apply from 2 January 2027, 00:00.", ""),
        (T0, "Who applies before 9 January 2027, 00:00 is placed by a draw", "apply"),
        (T1, "Seats are free: apply, and one is yours at once.", "apply"),
        (T3, "It has begun, so nobody can apply any more.", ""),
    ],
)
def test_who_has_not_applied_is_told_what_applying_comes_to(pool, hours, words, action):
    for reader in (None, UserFactory()):
        said, can = told(pool, reader, hours)
        assert words in said
        assert can == action


def test_the_reserve_is_told_until_it_is_released(pool):
    assert "1 of them is reserved until 13 January 2027, 00:00" in told(pool, None, T1)[0]
    assert "There are 3 seats. " in told(pool, None, T2)[0]


def test_who_comes_when_nothing_is_free_reads_how_many_wait(pool):
    applied(pool, *[UserFactory() for _number in range(4)], hours=T1)
    assert "2 people wait" in told(pool, UserFactory(), T1)[0]


def test_who_waits_with_priority_reads_the_place_for_reserved_seats_and_why(pool):
    first, second = (with_priority(UserFactory()) for _number in range(2))
    applied(pool, first, UserFactory(), second, hours=T0)
    said, _action = told(pool, second, T1 - 1)
    assert "For reserved seats you are number 1 of 1, because you have priority" in said
    assert "The open seats are given on 9 January 2027, 00:00, in an order that is drawn" in said


def test_what_is_called_off_and_what_has_begun_says_so(pool):
    seated, waiting = [UserFactory() for _number in range(2)], UserFactory()
    applied(pool, *seated, waiting, hours=T1)
    assert "No seat came free" in told(pool, waiting, T3)[0]
    assert "You have a seat" in told(pool, seated[0], T3)[0]
    other = pool_of(capacity=2)
    applied(other, waiting, hours=T0)
    close_pool(other.pk, now=at(T0 + 1))
    assert "Called off" in told(other, waiting, T0 + 2)[0]


def test_moments_are_those_of_the_readers_zone(pool):
    with timezone.override("Asia/Kathmandu"):
        assert "2 January 2027, 05:45" in told(pool, None, T0 - 1)[0]


@pytest.mark.parametrize("state", Application.State.values)
def test_every_state_has_a_line_for_lists(pool, state):
    with translation.override("en"):
        assert line_of(Application(pool=pool, state=state, held_until=at(T1) if state == "held" else None))
