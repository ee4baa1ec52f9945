from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from courses.lessons.rules import draw_ideogram
from lms.pages import rules


@dataclass(frozen=True)
class Step:
    kind: str
    minutes: int
    is_done: bool = False
    is_current: bool = False


steps = st.lists(st.builds(Step, kind=st.sampled_from(["lesson", "quiz"]), minutes=st.integers(0, 600)), min_size=1)
courses = st.lists(st.tuples(steps, st.integers(5, 30_000)), min_size=1, max_size=12)


def draw(described):
    return rules.draw_karyogram([(draw_ideogram(steps, shows_progress=False), minutes) for steps, minutes in described])


def height(chromosome):
    return sum(arm.height for arm in chromosome.arms)


@given(courses)
def test_every_chromosome_stands_within_the_drawing_above_its_code(described):
    drawing = draw(described)
    assert len(drawing.chromosomes) == len(described)
    for chromosome in drawing.chromosomes:
        assert chromosome.column <= chromosome.x
        assert chromosome.x + drawing.width <= chromosome.column + drawing.column_width <= rules.WIDTH
        for bar in (*chromosome.arms, *chromosome.bands):
            assert bar.height > 0
            assert bar.y >= 0
            assert bar.y + bar.height <= rules.CODES_AT - 11  # the height of a code's letters


@given(courses)
def test_bands_lie_within_the_arms(described):
    for chromosome in draw(described).chromosomes:
        for band in chromosome.bands:
            assert any(arm.y <= band.y and band.y + band.height <= arm.y + arm.height for arm in chromosome.arms), (
                band,
                chromosome.arms,
            )


def test_the_longer_course_has_the_longer_arms():
    lessons = [Step("lesson", 20), Step("quiz", 5), Step("lesson", 20), Step("quiz", 5)]
    long, short = draw([(lessons, 600), (lessons, 200)]).chromosomes
    assert height(long) > 2.5 * height(short)
    assert long.arms[1].y == short.arms[1].y  # the waists stand on one line


def test_no_courses_make_no_drawing():
    assert rules.draw_karyogram([]).chromosomes == ()
