"""What would be: a copy is tried, and the production rules decide."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.seats import split
from lms.access.rules.times import Times
from lms.access.rules.what_if import Applied, outcome

TIMES = Times(0, 168, 336, 504, 72)
APPLIED = st.lists(st.tuples(st.integers(0, 503), st.booleans()), max_size=30).map(
    lambda found: [Applied(str(number), at, priority) for number, (at, priority) in enumerate(found)]
)
SHARES = st.sampled_from([Decimal(text) for text in ("0", "0.2", "0.4", "0.6")])


@given(applied=APPLIED, capacity=st.integers(1, 20), share=SHARES, precedence=st.sampled_from([None, "open_first"]))
def test_everybody_on_the_copy_has_a_seat_or_none_and_no_seat_stays_free_for_long(applied, capacity, share, precedence):
    found = outcome(applied, split(capacity, share), TIMES, salt="s", precedence=precedence)
    seated = found.priority_seated + found.standard_seated
    assert seated == min(capacity, len(applied))
    assert seated + found.priority_waiting + found.standard_waiting == len(applied)
    assert found.priority_seated + found.priority_waiting == sum(one.is_priority for one in applied)


@given(applied=APPLIED, capacity=st.integers(1, 20))
def test_a_larger_reserve_takes_no_seat_from_priority(applied, capacity):
    seated = [
        outcome(applied, split(capacity, share), TIMES, salt="s").priority_seated
        for share in (Decimal(0), Decimal("0.6"))
    ]
    assert seated[0] <= seated[1]


def test_worked_example_1_comes_out_the_same():
    early = [Applied(f"P{n}", 1, True) for n in range(25)] + [Applied(f"S{n}", 1, False) for n in range(90)]
    late = [Applied(f"L{n}", 200, True) for n in range(10)]
    found = outcome([*early, *late], split(100, Decimal("0.4")), TIMES, salt="s")
    assert (found.priority_seated, found.standard_seated, found.standard_waiting) == (35, 65, 25)
