from dataclasses import replace
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.ballot import (
    Entry,
    carried_to_next_run,
    carry_ahead,
    draw,
    in_order,
    seal,
    seats_by_carry_over,
)


@st.composite
def entries(draw_):
    people = draw_(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=15))
    return [
        Entry(str(n), tier, n, draw("salt", str(n)) if early else "", is_carried=early and carried)
        for n, (tier, early, carried) in enumerate(people)
    ]


def test_a_place_in_the_ballot_is_the_hash_of_salt_and_person():
    assert draw("9f2c", "амина") == sha256("9f2c:амина".encode()).hexdigest()
    assert sorted(["ama", "bea", "carl", "dina"], key=lambda who: draw("9f2c", who)) == ["dina", "ama", "bea", "carl"]


def test_the_seal_proves_the_salt():
    assert seal("9f2c") == sha256(b"9f2c").hexdigest()


@given(entries())
def test_the_open_order_is_blind_to_tiers(waiting):
    relabelled = [replace(entry, is_priority=not entry.is_priority) for entry in waiting]
    assert [entry.who for entry in in_order(waiting).open] == [entry.who for entry in in_order(relabelled).open]


@given(entries())
def test_the_drawn_come_first_then_the_others_by_arrival(waiting):
    ordered = in_order(waiting).open
    drawn = [entry for entry in ordered if entry.drawn]
    assert ordered[: len(drawn)] == drawn == sorted(drawn, key=lambda entry: entry.drawn)
    assert [entry.number for entry in ordered[len(drawn) :]] == sorted(e.number for e in waiting if not e.drawn)


@given(entries())
def test_the_reserved_order_is_priority_by_arrival(waiting):
    assert in_order(waiting).reserved == [entry for entry in waiting if entry.is_priority]


def test_who_is_approved_while_waiting_counts_from_when_they_joined():  # worked example 7
    clinic, nurse = Entry("clinic", False, 0, "b"), Entry("nurse", True, 6, "a")
    approved = in_order([nurse, replace(clinic, is_priority=True)])
    assert [entry.who for entry in approved.reserved] == ["clinic", "nurse"]
    assert [entry.who for entry in approved.open] == ["nurse", "clinic"]


@given(entries(), st.integers(-1, 8))
def test_carry_over_moves_so_many_ahead_and_nobody_else(waiting, at_most):
    ordered = in_order(waiting).open
    with_carry_over = carry_ahead(ordered, at_most)
    ahead = [entry for entry in ordered if entry.is_carried][: max(at_most, 0)]
    assert with_carry_over[: len(ahead)] == ahead
    assert with_carry_over[len(ahead) :] == [entry for entry in ordered if entry not in ahead]
    assert in_order(waiting, ahead_open=at_most).open == with_carry_over


def test_half_of_a_pool_is_rounded_down():
    assert [seats_by_carry_over(seats) for seats in (0, 1, 2, 5)] == [0, 0, 1, 2]


def test_nobody_is_carried_over_twice():
    new, old = Entry("new", False, 0), Entry("old", False, 1, "0", is_carried=True)
    assert carried_to_next_run([new, old]) == [new]
