from datetime import timedelta

from courses.enrolment.rules import SeatWishes
from lms.access.rules.times import Times
from tests.factories.access import at

WISHES = SeatWishes(capacity=30, opens_early_at=at(0), deadline=at(240), mode="batch", precedence="open_first")
START, DAY = at(24 * 40), timedelta(days=1)


def promised(release_at) -> Times:
    return Times(at(0), at(240), release_at, START, timedelta(hours=72))


def test_reserved_seats_are_released_some_days_before_the_start_but_never_before_seats_are_given():
    assert WISHES.times(START, release_days=14)["releases_at"] == START - 14 * DAY
    assert WISHES.times(at(300), release_days=14)["releases_at"] == at(240)


def test_the_release_moves_with_the_start_and_stays_where_it_has_been():
    old = promised(START - 14 * DAY)
    assert WISHES.moved(START + DAY, old=old, now=at(1))["releases_at"] == START - 13 * DAY
    assert WISHES.moved(START, old=old, now=at(1))["releases_at"] == old.releases_at
    assert WISHES.moved(START + DAY, old=old, now=START - DAY)["releases_at"] == old.releases_at


def test_a_release_that_is_moved_never_lies_in_the_past():
    old, now = promised(START - 14 * DAY), START - 15 * DAY
    assert WISHES.moved(START - 3 * DAY, old=old, now=now)["releases_at"] == now
