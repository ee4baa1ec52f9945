import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rendering.ring import draw_ring


@given(st.lists(st.integers(0, 90), max_size=80), st.booleans())
def test_every_lesson_is_an_arc_and_no_two_overlap(minutes, has_assessment):
    arcs = draw_ring(minutes, has_assessment=has_assessment)
    assert len(arcs) == len(minutes) + has_assessment
    at = 0.0
    for _shade, start, end in arcs:
        assert at <= start < end <= 1
        at = end


@given(st.lists(st.integers(1, 90), min_size=2, max_size=30))
def test_a_minute_is_as_long_everywhere(minutes):
    lengths = [end - start for _shade, start, end in draw_ring(minutes, has_assessment=False)]
    assert lengths == pytest.approx([m * lengths[0] / minutes[0] for m in minutes], rel=0.05, abs=0.001)


def test_a_passed_assessment_is_the_last_arc_and_marigold():
    shades = [shade for shade, _start, _end in draw_ring([10, 20, 30], has_assessment=True)]
    assert [n for n, shade in enumerate(shades) if shade == "k5"] == [3]
