import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.dashboards.impact.rules import share_percent, whole_tens


@given(st.integers(min_value=0, max_value=10**7))
def test_counts_are_rounded_down_to_tens_and_not_shown_below_ten(count):
    shown = whole_tens(count)
    assert (shown is None) == (count < 10)
    assert shown is None or (shown % 10 == 0 and 0 <= count - shown < 10)


@pytest.mark.parametrize(("part", "whole", "shown"), [(0, 0, None), (9, 50, None), (41, 50, None), (10, 20, 50)])
def test_a_share_is_shown_where_ten_are_in_it_and_ten_are_not(part, whole, shown):
    assert share_percent(part, whole) == shown
