import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rendering.chromosome import CAP, HEIGHT, WAIST, draw_chromosome


@given(st.lists(st.integers(0, 90), max_size=60), st.booleans())
def test_every_lesson_is_a_band_inside_the_arms_and_no_two_overlap(minutes, has_assessment):
    upper, lower = draw_chromosome(minutes, has_assessment=has_assessment)
    assert upper.y == 0
    assert upper.height + WAIST == pytest.approx(lower.y, abs=0.1)
    assert lower.y + lower.height == pytest.approx(HEIGHT, abs=0.6)
    assert len(upper.bands) + len(lower.bands) == len(minutes) + has_assessment
    for arm in (upper, lower):
        at = arm.y + CAP
        for _shade, y, height in arm.bands:
            assert y >= at - 0.1
            assert height > 0
            at = y + height
        assert at <= arm.y + arm.height - CAP + 0.6


@given(st.lists(st.integers(1, 90), min_size=2, max_size=30))
def test_a_minute_is_as_long_everywhere(minutes):
    arms = draw_chromosome(minutes, has_assessment=False)
    heights = [height for arm in arms for _shade, _y, height in arm.bands]
    assert heights == pytest.approx([m * heights[0] / minutes[0] for m in minutes], rel=0.1, abs=0.1)


def test_a_passed_assessment_is_the_last_band_and_marigold():
    shades = [shade for arm in draw_chromosome([10, 20, 30], has_assessment=True) for shade, _y, _height in arm.bands]
    assert [n for n, shade in enumerate(shades) if shade == "k5"] == [3]
