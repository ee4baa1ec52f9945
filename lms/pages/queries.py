from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Avg, Count, Max
from wagtail.images import get_image_model
from wagtail.models import Page

from courses.catalogue.models import CoursePage
from courses.catalogue.queries import catalogue_courses
from courses.catalogue.rules import preferred_language
from courses.lessons.models import LessonPage
from courses.lessons.queries import course_path_of
from courses.lessons.rules import draw_ideogram
from courses.progress.queries import syllabuses_of
from lms.pages import rules
from lms.pages.models import HomePage

MOST_COURSES_DRAWN = 12


def published_stamp() -> str:
    """Return a text that changes when a page is published or taken offline; what was drawn for it may be kept."""
    state = Page.objects.filter(live=True).aggregate(latest=Max("last_published_at"), pages=Count("pk"))
    return f"{state['latest']} {state['pages']}"


@dataclass(frozen=True)
class DrawnCourse:
    """A course in the drawing of the home page. language: of its page, as in Django's settings."""

    title: str
    code: str
    url: str
    minutes: int
    language: str
    chromosome: rules.Chromosome


@dataclass(frozen=True)
class CoursesDrawn:
    """The courses of the home page as chromosomes. total: how many there are, drawn or not."""

    courses: tuple[DrawnCourse, ...]
    total: int
    width: int
    column_width: int


def courses_drawn(*, reader: str) -> CoursesDrawn:
    """Return the courses with lessons, the longest first, at most twelve drawn, each in the reader's language if it can."""
    languages = {
        course.page_ids[language]: language
        for course in catalogue_courses()
        if (language := preferred_language(course.page_ids, asked=(), reader=reader, default=settings.LANGUAGE_CODE))
    }
    pages = CoursePage.objects.in_bulk(list(languages))
    syllabuses = syllabuses_of(pages.values())
    taught = [pages[pk] for pk in languages if pk in syllabuses and syllabuses[pk].steps]
    drawn = sorted(taught, key=lambda page: -page.minutes)[:MOST_COURSES_DRAWN]
    karyogram = rules.draw_karyogram(
        [(draw_ideogram(syllabuses[page.pk].steps, shows_progress=False), page.minutes) for page in drawn]
    )
    return CoursesDrawn(
        courses=tuple(
            DrawnCourse(
                title=page.title,
                code=page.code,
                url=page.url,
                minutes=page.minutes,
                language=languages[page.pk],
                chromosome=chromosome,
            )
            for page, chromosome in zip(drawn, karyogram.chromosomes, strict=True)
        ),
        total=len(taught),
        width=karyogram.width,
        column_width=karyogram.column_width,
    )


@dataclass(frozen=True)
class Asked:
    """A question from clinic and where it leads. minutes: None for a course; language: of the page it leads to."""

    question: str
    url: str
    course: str
    minutes: int | None
    language: str


def questions_from_clinic(home: HomePage) -> tuple[Asked, ...]:
    """Return the home page's questions that lead to a live page, in order; three queries."""
    questions = [one for one in home.clinic_questions.select_related("target__locale") if one.target.live]
    minutes: Mapping[int, int] = dict(
        LessonPage.objects.filter(pk__in=[one.target_id for one in questions]).values_list("pk", "minutes")
    )
    above = {course_path_of(one.target) for one in questions if one.target_id in minutes}
    titles = dict(Page.objects.filter(path__in=above).values_list("path", "title"))
    return tuple(
        Asked(
            question=one.question,
            url=one.target.url,
            course=titles.get(course_path_of(one.target), one.target.title),
            minutes=minutes.get(one.target_id),
            language=one.target.locale.language_code,
        )
        for one in questions
    )


@dataclass(frozen=True)
class Weight:
    """Something to download: its kilobytes (1,000 bytes), and the seconds it takes at 50 kbit/s and at 1 Mbit/s."""

    name: str
    kilobytes: float
    share: float

    @property
    def seconds_on_2g(self) -> float:
        return self.kilobytes * 8 / 50

    @property
    def seconds_on_3g(self) -> float:
        return self.kilobytes * 8 / 1000


FIRST_VIEW_KILOBYTES = 20  # what tests hold every page of a learner to: HTML, CSS and JavaScript, compressed


def weights() -> tuple[Weight, ...]:
    """Return what a reader downloads: the first view of a page at most, and the drawings as they are stored."""
    drawings = get_image_model().objects.aggregate(average=Avg("file_size"), largest=Max("file_size"))
    kilobytes = {
        "page": FIRST_VIEW_KILOBYTES,
        "drawing": (drawings["average"] or 0) / 1000,
        "largest": (drawings["largest"] or 0) / 1000,
    }
    most = max(kilobytes.values())
    return tuple(
        Weight(name=name, kilobytes=size, share=round(100 * size / most, 1)) for name, size in kilobytes.items() if size
    )
