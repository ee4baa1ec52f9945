from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from courses.lessons.rules import IDEOGRAM_LENGTH, draw_ideogram


@dataclass(frozen=True)
class Step:
    minutes: int
    kind: str = "lesson"
    is_done: bool = False
    is_current: bool = False


steps = st.lists(
    st.builds(
        Step,
        minutes=st.integers(0, 600),
        kind=st.sampled_from(["lesson", "quiz"]),
        is_done=st.booleans(),
        is_current=st.booleans(),
    ),
    max_size=60,
)


@given(steps, st.booleans())
def test_bands_follow_each_other_from_end_to_end(steps, shows_progress):
    drawing = draw_ideogram(steps, shows_progress=shows_progress)
    assert len(drawing.bands) == len(steps)
    assert all(band.width >= 0 for band in drawing.bands)
    for band, following in zip(drawing.bands, drawing.bands[1:], strict=False):
        assert band.x + band.width == pytest.approx(following.x, abs=0.01)
    if steps:
        assert drawing.bands[0].x == 0
        assert drawing.bands[-1].x + drawing.bands[-1].width == pytest.approx(IDEOGRAM_LENGTH)


def test_a_lesson_twice_as_long_is_twice_as_wide():
    short, long = draw_ideogram([Step(10), Step(20)], shows_progress=False).bands
    assert long.width == 2 * short.width


def test_the_waist_stands_at_the_end_of_a_module():
    drawing = draw_ideogram([Step(10), Step(5, "quiz"), Step(10), Step(10), Step(5, "quiz")], shows_progress=False)
    assert drawing.waist == drawing.bands[2].x


def test_done_current_and_coming_steps_differ():
    bands = draw_ideogram([Step(1, is_done=True), Step(1, is_current=True), Step(1)], shows_progress=True).bands
    assert [band.shade for band in bands] == ["k3", "now", "todo"]


def test_the_drawing_says_its_figures_in_words():
    template = Template("{% load ideogram_tags %}{% ideogram steps progress=progress %}")
    progress = SimpleNamespace(lessons_done=1, lessons_total=2, quizzes_passed=0, quizzes_total=1)
    drawn = [Step(1, is_done=True), Step(2), Step(3, "quiz"), Step(4)]  # the last one is not asked for
    html = template.render(Context({"steps": drawn, "progress": progress}))
    assert 'aria-label="Lessons done: 1 of 2. Quizzes passed: 0 of 1."' in html
    assert "style=" not in html


def test_nothing_is_drawn_where_there_are_no_lessons():
    template = Template("{% load ideogram_tags %}{% ideogram steps %}")
    assert template.render(Context({"steps": []})).strip() == ""


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_coordinates_keep_their_decimal_point_in_every_language(language):
    with override(language):
        template = Template("{% load ideogram_tags %}{% ideogram steps %}")
        html = template.render(Context({"steps": [Step(1), Step(2), Step(4)]}))
    assert 'x="34.3"' in html
