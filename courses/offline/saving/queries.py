from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from courses.assessments.models import QuizPage
from courses.catalogue.models import CoursePage
from courses.catalogue.queries import live_courses
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import enrolment_in, enrolments_of
from courses.lessons.models import LessonPage
from courses.media.models import Rendition
from courses.offline.saving.fragments import Fragment, fragment_of, sizes_within
from courses.progress.queries import Step, Syllabus, syllabus_for, syllabuses_of
from courses.reflections.queries import reflections_of
from courses.webinars.models import Webinar
from lms.accounts.models import User

MOST_BYTES = 25_000_000  # of a course without its recordings
SHELL_BYTES = 12_000  # on the wire, of the manifest itself with the page around the texts; a guess for labels


@dataclass(frozen=True)
class TakenLesson:
    """A lesson as it is taken along. written: question -> text and version of what this learner wrote there."""

    step: Step
    page: LessonPage
    fragment: Fragment
    recordings: tuple[Rendition, ...]
    written: Mapping[UUID, tuple[str, str]]
    is_done_by_hand: bool


@dataclass(frozen=True)
class TakenCourse:
    """A course as one learner takes it along. pictures: address -> size in bytes, those that fit."""

    page: CoursePage
    enrolment: Enrolment
    syllabus: Syllabus
    lessons: tuple[TakenLesson, ...]
    quizzes: tuple[tuple[Step, QuizPage], ...]
    pictures: Mapping[str, int]

    @property
    def size_bytes(self) -> int:
        return _whole_size([lesson.fragment for lesson in self.lessons], self.pictures)


def taken_course(learner: User, page_id: int) -> TakenCourse | None:
    """Return what a learner takes along of a course they study, or None; the same queries for two lessons or twenty.

    Not counted are those that make a text which is not kept just now.
    """
    page = live_courses().filter(pk=page_id).select_related("locale").first()
    enrolment = enrolment_in(learner, page.translation_key) if page else None
    if page is None or enrolment is None or enrolment.state == Enrolment.State.WITHDRAWN:
        return None
    syllabus = syllabus_for(page, enrolment)
    pages = LessonPage.objects.live().select_related("locale").in_bulk([step.page_id for step in syllabus.lessons])
    quizzes = QuizPage.objects.live().select_related("locale").in_bulk([step.page_id for step in syllabus.quizzes])
    fragments = {pk: fragment_of(one) for pk, one in pages.items()}
    recordings = _recordings_of(pages.values())
    written: dict[UUID, dict[UUID, tuple[str, str]]] = {}
    keys = [one.translation_key for one in pages.values()]
    for reflection in reflections_of(learner).filter(lesson__translation_key__in=keys).select_related("lesson"):
        texts = written.setdefault(reflection.lesson.translation_key, {})
        texts[reflection.question_key] = (reflection.text, reflection.version)
    attended = set(Webinar.objects.filter(lesson_key__in=keys).values_list("lesson_key", flat=True))
    lessons = [
        TakenLesson(
            step=step,
            page=one,
            fragment=fragments[one.pk],
            recordings=tuple(file for pk in one.recording_ids for file in recordings.get(pk, ())),
            written=written.get(one.translation_key, {}),
            is_done_by_hand=one.translation_key not in attended,
        )
        for step in syllabus.lessons
        if step.page_id in fragments and (one := pages[step.page_id])
    ]
    return TakenCourse(
        page=page,
        enrolment=enrolment,
        syllabus=syllabus,
        lessons=tuple(lessons),
        quizzes=tuple((step, quizzes[step.page_id]) for step in syllabus.quizzes if step.page_id in quizzes),
        pictures=sizes_within([lesson.fragment for lesson in lessons], most=MOST_BYTES),
    )


def sizes_of_courses(learner: User, page_ids: Collection[int]) -> dict[int, int]:
    """Return how many bytes each course takes that a learner studies, by page id; the same queries for two or twenty."""
    studied = enrolments_of(learner).exclude(state=Enrolment.State.WITHDRAWN)
    keys = studied.values("run__course__translation_key")
    courses = list(live_courses().filter(pk__in=page_ids, translation_key__in=keys))
    syllabuses = syllabuses_of(courses)
    steps = {pk: [step.page_id for step in syllabus.lessons] for pk, syllabus in syllabuses.items()}
    pages = LessonPage.objects.live().select_related("locale").in_bulk({pk for ids in steps.values() for pk in ids})
    fragments = {pk: fragment_of(page) for pk, page in pages.items()}
    sizes = {}
    for course_id, ids in steps.items():
        found = [fragments[pk] for pk in ids if pk in fragments]
        sizes[course_id] = _whole_size(found, sizes_within(found, most=MOST_BYTES))
    return sizes


def _whole_size(fragments: Collection[Fragment], pictures: Mapping[str, int]) -> int:
    return SHELL_BYTES + sum(one.size_bytes for one in fragments) + sum(pictures.values())


def _recordings_of(pages: Iterable[LessonPage]) -> dict[int, list[Rendition]]:
    """Return the files of each recording in these lessons that can be played, by its id; at most one query."""
    ids = {pk for page in pages for pk in page.recording_ids}
    found: dict[int, list[Rendition]] = {}
    if ids:
        played = Rendition.objects.filter(item_id__in=ids).exclude(kind=Rendition.Kind.POSTER)
        for rendition in played.order_by("item_id", "size_bytes"):
            found.setdefault(rendition.item_id, []).append(rendition)
    return found
