import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.weight import rules
from courses.weight.rules import Cost, Weight, breaks_budget, in_all, in_megabytes

LIGHT = Weight(
    text_bytes=4_000, script_bytes=2_000, pictures=(("A", 60_000), ("B", 60_000)), recordings=(("C", 10**8),)
)


def test_what_loads_only_when_asked_for_is_no_part_of_the_budget():
    assert not breaks_budget(LIGHT)


@pytest.mark.parametrize(
    "changes",
    [
        {"text_bytes": rules.MOST_OF_A_PAGE - rules.AROUND_BYTES + 1},
        {"pictures": (("A", 60_001),)},
        {"pictures": (("A", 60_000), ("B", 60_000), ("C", 30_001))},
    ],
    ids=["page", "one picture", "pictures together"],
)
def test_a_byte_too_many_breaks_the_budget(changes):
    assert breaks_budget(Weight(**{"text_bytes": 4_000, "script_bytes": 0, **changes}))


@given(st.lists(st.builds(Cost, st.integers(0, 10**9), st.integers(0, 10**9))))
def test_costs_add_up(costs):
    assert in_all(costs) == Cost(sum(c.reading_bytes for c in costs), sum(c.recordings_bytes for c in costs))


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0.01"),
        (12_000, "0.01"),
        (16_000, "0.02"),
        (994_000, "0.99"),
        (996_000, "1.0"),
        (2_340_000, "2.3"),
        (9_960_000, "10"),
    ],
)
def test_a_size_is_told_by_two_digits_and_is_never_nothing(size, told):
    value, decimals = in_megabytes(size)
    assert f"{value:.{decimals}f}" == told
