from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lms.dashboards.exports.rules import Shown, shown_measures, shown_months, shown_pairs
from lms.dashboards.rules import LEAST

COUNTRIES = ("GH", "NP", "CI")
MONTHS = tuple(date(2026, month, 1) for month in (1, 2, 3))
PAIRS = st.tuples(st.integers(1, 3), st.sampled_from(COUNTRIES))
cells = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from(COUNTRIES), st.sampled_from(MONTHS)), st.integers(1, 40)
)


def rows_as_named(people: dict[tuple[int, str, date], int]) -> Counter:
    """Return how many rows name what, if everybody completed and has a certificate."""
    counts = Counter()
    for (course, country, _month), number in people.items():
        counts[course, country] += number
    courses, pairs = shown_pairs({pair: (number,) * 3 for pair, number in counts.items()})
    months = shown_months([(*cell, number) for cell, number in people.items()], courses, pairs)
    named: Counter = Counter()
    for cell, number in people.items():
        named[Shown(courses, pairs, months).place(*cell)] += number
    return named


@given(cells)
def test_whatever_a_row_names_at_least_nine_others_name_too(people):
    for place, number in rows_as_named(people).items():
        if place.course_id or place.country or place.month:
            assert number >= LEAST


@given(cells)
def test_no_row_is_left_out(people):
    assert sum(rows_as_named(people).values()) == sum(people.values())


@given(st.dictionaries(PAIRS, st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))))
def test_a_country_is_named_where_no_figure_of_it_is_small(counts):
    _courses, pairs = shown_pairs(counts)
    for pair in pairs:
        assert min(counts[pair][place] for place in shown_measures(counts)) >= LEAST


def test_one_small_country_is_never_alone_among_the_withheld():
    counts = {(1, "GH"): (40,) * 3, (1, "NP"): (30,) * 3, (1, "CI"): (2,) * 3}
    assert shown_pairs(counts) == ({1}, {(1, "GH")})


def test_a_course_of_few_is_not_named_and_another_with_it():
    counts = {(1, "GH"): (40,) * 3, (2, "GH"): (30,) * 3, (3, "GH"): (2,) * 3}
    assert shown_pairs(counts)[0] == {1}


def test_a_country_of_few_completions_is_not_named_though_many_enrolled():
    counts = {(1, "GH"): (40, 20, 20), (1, "NP"): (40, 19, 19), (1, "CI"): (40, 3, 3)}
    assert shown_pairs(counts)[1] == {(1, "GH")}


def test_where_hardly_anybody_completed_it_is_the_measure_that_is_withheld():
    counts = {(1, "GH"): (40, 2, 1), (1, "NP"): (40, 1, 0)}
    assert shown_measures(counts) == (0,)
    assert shown_pairs(counts)[1] == {(1, "GH"), (1, "NP")}


def test_nothing_is_named_where_there_is_nobody():
    assert shown_pairs({}) == (frozenset(), frozenset())
    assert shown_measures({}) == ()
