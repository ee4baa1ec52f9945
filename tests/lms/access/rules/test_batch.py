from decimal import Decimal
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.ballot import draw
from lms.access.rules.batch import OPEN_FIRST, RESERVED_FIRST, Applicant, allocate
from lms.access.rules.seats import OPEN, RESERVED, Seats, split

PRECEDENCES = st.sampled_from([OPEN_FIRST, RESERVED_FIRST])
SIZES = st.builds(Seats, st.integers(0, 8), st.integers(1, 8))


@st.composite
def applicants(draw_, *, carried=False):
    people = draw_(
        st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.booleans() if carried else st.just(False)), max_size=25)
    )
    return [Applicant(str(n), tier, Decimal(merit), is_carried) for n, (tier, merit, is_carried) in enumerate(people)]


def in_order(people):
    return sorted(people, key=lambda one: (-one.merit, draw("salt", one.who)))


def priority_of(people, *, among):
    return sum(one.is_priority for one in people if one.who in among)


@given(applicants(carried=True), SIZES, PRECEDENCES)
def test_every_seat_is_given_while_anybody_is_left(people, size, precedence):  # I14
    allocation = allocate(people, size, salt="salt", precedence=precedence)
    assert len(allocation.pools) == min(size.total, len(people))
    assert sum(pool == OPEN for pool in allocation.pools.values()) <= size.open
    assert sum(pool == RESERVED for pool in allocation.pools.values()) <= size.reserved
    assert {one.who for one in allocation.waiting} == {one.who for one in people} - allocation.pools.keys()


@given(applicants(), SIZES)
def test_reserved_first_is_a_minimum_for_priority(people, size):  # I14
    without_reserve = priority_of(people, among={one.who for one in in_order(people)[: size.total]})
    everybody = sum(one.is_priority for one in people)
    allocation = allocate(people, size, salt="salt", precedence=RESERVED_FIRST)
    assert priority_of(people, among=allocation.pools) == max(min(size.reserved, everybody), without_reserve)


@given(applicants(), SIZES)
def test_open_first_is_over_and_above_the_share_of_priority_in_the_open_seats(people, size):  # I14
    of_open = priority_of(people, among={one.who for one in in_order(people)[: size.open]})
    everybody = sum(one.is_priority for one in people)
    allocation = allocate(people, size, salt="salt", precedence=OPEN_FIRST)
    assert priority_of(people, among=allocation.pools) == min(of_open + size.reserved, everybody)


@given(applicants(), SIZES, PRECEDENCES)
def test_nobody_is_passed_over_by_an_equal(people, size, precedence):  # I14
    allocation = allocate(people, size, salt="salt", precedence=precedence)
    for tier in (True, False):
        is_seated = [one.who in allocation.pools for one in in_order(people) if one.is_priority == tier]
        assert is_seated == sorted(is_seated, reverse=True)
    assert allocation.waiting == [one for one in in_order(people) if one.who not in allocation.pools]


@given(applicants(), st.integers(1, 8), PRECEDENCES)
def test_without_a_reserve_the_order_alone_decides(people, capacity, precedence):  # I8
    allocation = allocate(people, Seats(0, capacity), salt="salt", precedence=precedence)
    assert list(allocation.pools) == [one.who for one in in_order(people)[:capacity]]


@given(applicants(carried=True), SIZES, PRECEDENCES)
def test_those_carried_over_come_first_in_half_of_the_open_seats(people, size, precedence):
    allocation = allocate(people, size, salt="salt", precedence=precedence)
    carried = sum(one.is_carried for one in people)
    seated = sum(one.is_carried for one in people if one.who in allocation.pools)
    assert seated >= min(carried, size.open // 2)


def test_carry_over_takes_no_more_than_its_half():
    people = [Applicant(f"new {n}", False, Decimal(1)) for n in range(10)]
    people += [Applicant(f"old {n}", False, is_carried=True) for n in range(10)]
    allocation = allocate(people, Seats(0, 6), salt="salt", precedence=OPEN_FIRST)
    assert sum(who.startswith("old") for who in allocation.pools) == 3


@pytest.mark.parametrize("precedence", [OPEN_FIRST, RESERVED_FIRST])
def test_reserved_seats_that_priority_cannot_fill_go_to_the_next_in_order_and_keep_their_pool(precedence):
    people = [Applicant(str(n), False, Decimal(-n)) for n in range(6)]
    allocation = allocate(people, Seats(2, 2), salt="salt", precedence=precedence)
    assert allocation.pools == {"0": OPEN, "1": OPEN, "2": RESERVED, "3": RESERVED}


def test_merit_is_compared_to_the_last_digit():
    better, worse = Decimal("1." + "0" * 38 + "2"), Decimal("1." + "0" * 38 + "1")
    for first, second in ((better, worse), (worse, better)):
        people = [Applicant("first", False, first), Applicant("second", False, second)]
        allocation = allocate(people, Seats(0, 1), salt="salt", precedence=OPEN_FIRST)
        assert list(allocation.pools) == ["first" if first > second else "second"]


@pytest.mark.parametrize(
    ("priority", "standard", "no_reserve", "reserved_first", "open_first"),
    [(5, 95, 1.5, 5.0, 5.0), (20, 80, 6.0, 12.0, 15.6), (50, 50, 15.0, 15.1, 21.0), (80, 20, 24.0, 24.0, 26.4)],
)
def test_worked_example_4_a_cohort(priority, standard, no_reserve, reserved_first, open_first):
    people = [Applicant(f"P{n}", True) for n in range(priority)] + [Applicant(f"S{n}", False) for n in range(standard)]

    def priority_seats(size, precedence):
        draws = (allocate(people, size, salt=f"draw {n}", precedence=precedence).pools for n in range(400))
        return mean(sum(who.startswith("P") for who in seated) for seated in draws)

    size = split(30, Decimal("0.4"))
    # Of 400 draws with a deviation of at most 2.3 the mean errs by 0.12; the table is rounded to a tenth.
    assert priority_seats(Seats(0, 30), OPEN_FIRST) == pytest.approx(no_reserve, abs=0.35)
    assert priority_seats(size, RESERVED_FIRST) == pytest.approx(reserved_first, abs=0.35)
    assert priority_seats(size, OPEN_FIRST) == pytest.approx(open_first, abs=0.35)
