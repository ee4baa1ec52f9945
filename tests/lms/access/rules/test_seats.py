from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.ballot import Entry, in_order
from lms.access.rules.seats import (
    LARGEST_SHARE,
    OPEN,
    RESERVED,
    Seats,
    block_seats_kept,
    fill,
    largest_block,
    resize,
    split,
)
from lms.access.rules.times import Times, has_lapsed

T0 = datetime(2026, 12, 1, 9, tzinfo=UTC)
T1, T2, T3 = T0 + timedelta(days=7), T0 + timedelta(days=14), T0 + timedelta(days=21)
TIMES = Times(T0, T1, T2, T3, timedelta(hours=72))
MOMENTS = st.sampled_from(
    [T0, T1 - timedelta(seconds=1), T1, T2 - timedelta(seconds=1), T2, T3, T3 + timedelta(days=1)]
)
SHARES = st.decimals(min_value=0, max_value=LARGEST_SHARE, places=4)
CAPACITIES = st.integers(1, 500)
SEATS = st.builds(Seats, st.integers(0, 6), st.integers(0, 6))


@st.composite
def entries(draw):
    people = draw(st.lists(st.tuples(st.booleans(), st.sampled_from(["", "0a", "1b", "2c", "3d"])), max_size=12))
    numbers = count()
    return [Entry(f"{n}", tier, n, drawn and f"{drawn}{n}") for (tier, drawn), n in zip(people, numbers, strict=False)]


@pytest.mark.parametrize(
    ("capacity", "reserved"), [(1, 0), (2, 1), (3, 1), (5, 2), (10, 4), (25, 10), (30, 12), (100, 40)]
)
def test_the_policys_own_figures_of_reserved_seats(capacity, reserved):
    assert split(capacity, Decimal("0.4")) == Seats(reserved, capacity - reserved)


def test_one_seat_stays_open_whatever_the_share():
    assert split(1, LARGEST_SHARE) == Seats(0, 1)


def test_a_share_is_the_decimal_that_is_written():
    assert split(25, Decimal("0.58")).reserved == 15  # in binary, 14.999999999999998
    assert split(2, Decimal("0.2499999999999999999999999999999999999")).reserved == 0


@given(CAPACITIES, SHARES)
def test_the_reserve_is_the_nearest_whole_number_and_leaves_a_seat_open(capacity, share):
    seats = split(capacity, share)
    assert seats.total == capacity
    assert seats.open >= 1
    assert abs(seats.reserved - capacity * Fraction(share)) <= Fraction(1, 2) or seats.open == 1


@given(CAPACITIES, CAPACITIES, SHARES, st.data(), MOMENTS)
def test_resizing_takes_no_seat_that_is_used_and_keeps_the_reserve_after_the_release(before, after, share, data, now):
    seats = split(before, share)
    used = Seats(data.draw(st.integers(0, seats.reserved)), data.draw(st.integers(0, seats.open)))
    after = max(after, used.total)
    resized = resize(seats, after, share=share, used=used, times=TIMES, now=now)
    assert resized.total == after
    assert resized.reserved >= used.reserved
    assert resized.open >= used.open
    if after >= before:
        assert resized.reserved == (seats.reserved if now >= T2 else split(after, share).reserved)


@given(CAPACITIES, SHARES)
def test_a_block_is_a_fifth_of_the_reserve_at_most(capacity, share):
    seats = split(capacity, share)
    assert largest_block(seats) * 5 <= seats.reserved < (largest_block(seats) + 1) * 5


def test_seats_of_a_block_without_a_name_are_released():
    assert block_seats_kept(8, named=5, times=TIMES, now=T2 - timedelta(seconds=1)) == 8
    assert block_seats_kept(8, named=5, times=TIMES, now=T2) == 5


@pytest.mark.parametrize(("seconds", "lapsed"), [(-1, False), (0, True), (1, True)])
def test_a_hold_that_ends_at_this_very_moment_has_lapsed(seconds, lapsed):
    assert has_lapsed(T1, T1 + timedelta(seconds=seconds)) == lapsed
    assert not has_lapsed(None, T1)


def test_a_hold_is_72_hours_and_never_passes_the_start():
    assert TIMES.held_until(T1) == T1 + timedelta(hours=72)
    assert TIMES.held_until(T3 - timedelta(hours=1)) == T3


@given(entries(), SEATS, MOMENTS)
def test_what_is_given_obeys_the_policy(waiting, free, now):
    ordered = in_order(waiting)
    grants = fill(free, ordered, now, TIMES)
    tier = {entry.who: entry.is_priority for entry in waiting}
    given_ = {pool: [grant.who for grant in grants if grant.pool == pool] for pool in (RESERVED, OPEN)}
    left = [entry for entry in ordered.open if entry.who not in {grant.who for grant in grants}]
    priority_left = [entry for entry in left if entry.is_priority]

    assert len(given_[RESERVED]) <= free.reserved
    assert len(given_[OPEN]) <= free.open  # I1, I2
    assert len({grant.who for grant in grants}) == len(grants)  # I3
    if now < T1:
        assert not given_[OPEN]  # I7
    if not all(tier[who] for who in given_[RESERVED]):
        assert now >= T2  # I4
        assert not priority_left  # I6
    if now < T3:
        assert not (priority_left and len(given_[RESERVED]) < free.reserved)  # I5
        assert not (now >= T1 and left and len(given_[OPEN]) < free.open)  # I9
        assert not (now >= T2 and left and len(grants) < free.total)  # I10
    else:
        assert not grants
    for entry in waiting:  # I11
        if entry.who in given_[RESERVED] and entry.is_priority:
            assert all(entry.reserved_key < other.reserved_key for other in priority_left)
        elif entry.who in given_[RESERVED] + given_[OPEN]:
            assert all(entry.open_key < other.open_key for other in left)


@given(entries(), SEATS, MOMENTS)
def test_filling_twice_gives_nothing_more(waiting, free, now):
    grants = fill(free, in_order(waiting), now, TIMES)
    gone = {grant.who for grant in grants}
    used = Seats(*(sum(grant.pool == pool for grant in grants) for pool in (RESERVED, OPEN)))
    free = Seats(free.reserved - used.reserved, free.open - used.open)
    assert fill(free, in_order(entry for entry in waiting if entry.who not in gone), now, TIMES) == []


def test_only_who_applies_at_this_moment_is_confirmed_at_once():
    waiting = in_order([Entry("ama", True, 0, "b"), Entry("bea", False, 1)])
    grants = fill(Seats(1, 1), waiting, T1, TIMES, applying="bea")
    assert [(grant.who, grant.pool, grant.state, grant.until) for grant in grants] == [
        ("ama", "reserved", "held", T1 + timedelta(hours=72)),
        ("bea", "open", "confirmed", None),
    ]


def test_no_more_of_the_list_is_read_than_there_are_seats():
    waiting = in_order(Entry(str(number), number % 2 == 0, number) for number in range(100))
    read = []

    def reading(entries):
        for entry in entries:
            read.append(entry)
            yield entry

    lazily = type(waiting)(reading(waiting.reserved), reading(waiting.open))
    assert len(fill(Seats(2, 3), lazily, T2, TIMES)) == 5
    assert len(read) <= 2 + 2 + 3
