from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Length
from django.urls import reverse

from courses.assessments.models import QuizPage
from courses.catalogue.models import CoursePage
from courses.catalogue.queries import live_courses
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import enrolment_in, enrolments_of
from courses.lessons.models import LessonPage
from courses.media.models import Captions, Rendition
from courses.offline.saving.fragments import Fragment, fragment_of
from courses.offline.saving.parts import CAPTIONS, Parts, RecordedFile, parts_of
from courses.progress.queries import Step, Syllabus, syllabus_for, syllabuses_of
from courses.reflections.queries import reflections_of
from courses.webinars.queries import lessons_attended
from lms.accounts.models import User


@dataclass(frozen=True)
class TakenLesson:
    """A lesson as it is taken along. written: question -> text and version of what this learner wrote there."""

    step: Step
    page: LessonPage
    fragment: Fragment
    recordings: tuple[RecordedFile, ...]
    written: Mapping[UUID, tuple[str, str]]
    is_done_by_hand: bool


@dataclass(frozen=True)
class TakenCourse:
    """A course as one learner takes it along."""

    page: CoursePage
    enrolment: Enrolment
    syllabus: Syllabus
    lessons: tuple[TakenLesson, ...]
    quizzes: tuple[tuple[Step, QuizPage], ...]
    parts: Parts


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
    attended = lessons_attended(keys)
    lessons = [
        TakenLesson(
            step=step,
            page=one,
            fragment=fragments[one.pk],
            recordings=tuple(recordings.get(one.pk, ())),
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
        parts=parts_of(
            [lesson.fragment for lesson in lessons], [file for lesson in lessons for file in lesson.recordings]
        ),
    )


def sizes_of_courses(learner: User, page_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return what each part of a course takes that a learner studies, by page id; the same queries for two or twenty.

    See Parts.sizes.
    """
    studied = enrolments_of(learner).exclude(state=Enrolment.State.WITHDRAWN)
    keys = studied.values("run__course__translation_key")
    courses = list(live_courses().filter(pk__in=page_ids, translation_key__in=keys))
    syllabuses = syllabuses_of(courses)
    steps = {pk: [step.page_id for step in syllabus.lessons] for pk, syllabus in syllabuses.items()}
    pages = LessonPage.objects.live().select_related("locale").in_bulk({pk for ids in steps.values() for pk in ids})
    fragments = {pk: fragment_of(page) for pk, page in pages.items()}
    recordings = _recordings_of(pages.values())
    return {
        course_id: parts_of(
            [fragments[pk] for pk in ids if pk in fragments], [file for pk in ids for file in recordings.get(pk, ())]
        ).sizes()
        for course_id, ids in steps.items()
    }


def _recordings_of(pages: Iterable[LessonPage]) -> dict[int, list[RecordedFile]]:
    """Return the files of the recordings in each of these lessons, smallest first, by its page; at most two queries.

    Captions are those of the lesson's language. Files that lie with another host are not taken along.
    """
    shown = {page: page.recording_ids for page in pages}
    ids = {pk for item_ids in shown.values() for pk in item_ids}
    if not ids:
        return {}
    files: dict[int, list[RecordedFile]] = defaultdict(list)
    played = Rendition.objects.filter(item__in=ids).exclude(kind=Rendition.Kind.POSTER).select_related("item")
    for one in played.order_by("item_id", "size_bytes"):
        if one.file.url.startswith("/"):
            file = RecordedFile(one.item_id, one.kind, one.file.url, one.size_bytes, one.item.duration)
            files[one.item_id].append(file)
    captions: dict[tuple[int, str], RecordedFile] = {}
    stored = Captions.objects.filter(item__in=ids).annotate(size=Length("webvtt")).defer("webvtt", "transcript")
    for said in stored:
        url = f"{reverse('captions', args=[said.key])}?{int(said.changed_at.timestamp())}"
        captions[said.item_id, said.language] = RecordedFile(said.item_id, CAPTIONS, url, said.size, 0)
    found: dict[int, list[RecordedFile]] = defaultdict(list)
    for page, item_ids in shown.items():
        for pk in item_ids:
            captioned = captions.get((pk, page.locale.language_code))
            found[page.pk] += [*files[pk], *([captioned] if captioned and files[pk] else [])]
    return found
