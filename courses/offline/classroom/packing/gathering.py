"""What of a course goes along: its steps in order, their texts, the questions of its quizzes, pictures and sound that fit."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils import translation
from django.utils.translation import gettext as _

from courses.assessments.models import QuizPage
from courses.assessments.services import Stock, stock_of
from courses.catalogue.models import CoursePage
from courses.lessons.models import LessonPage
from courses.lessons.pictures import with_one_file
from courses.lessons.texts import kept_text
from courses.media.models import Rendition
from courses.offline.saving.fragments import Fragment, sizes_within, weigh
from courses.offline.saving.pictures import stored_name
from courses.progress.queries import Step, original_recording, syllabuses_of
from courses.webinars.queries import lessons_attended

MOST_BYTES = 25_000_000  # of texts and pictures
MOST_SOUND = 250_000_000
NO_STOCK = Stock((), {}, {}, {})


@dataclass(frozen=True)
class PackedStep:
    """A lesson or quiz in a classroom file. name: of its page there, such as "1-3"; language: if not the course's, else ""."""

    name: str
    step: Step
    page: LessonPage | QuizPage

    @property
    def kind(self) -> str:
        return self.step.kind

    @property
    def title(self) -> str:
        return self.step.title

    @property
    def minutes(self) -> int:
        return self.step.minutes

    @property
    def language(self) -> str:
        return self.step.language


@dataclass(frozen=True)
class PackedLessonText(PackedStep):
    """recordings: (id, title) of those that the course asks to be watched."""

    text: str = ""
    recordings: Sequence[tuple[int, str]] = ()
    is_done_by_hand: bool = True


@dataclass(frozen=True)
class PackedQuizForm(PackedStep):
    """why: why it cannot be taken in a class, or ""; then it has no questions."""

    stock: Stock = NO_STOCK
    why: str = ""


@dataclass(frozen=True)
class PackedModule:
    title: str
    language: str
    steps: Sequence[PackedStep]


@dataclass(frozen=True)
class File:
    """A file beside the pages. source: its name in the public storage."""

    name: str
    source: str


@dataclass(frozen=True)
class PackedCourse:
    """A course as it goes along. files: address on the site -> the file beside the pages."""

    page: CoursePage
    modules: Sequence[PackedModule]
    files: Mapping[str, File]

    @property
    def steps(self) -> list[PackedStep]:
        return [step for module in self.modules for step in module.steps]


def gathered(page: CoursePage, *, with_sound: bool) -> PackedCourse:
    """Return what goes along of a course; as many queries for two lessons as for twenty, but for its quizzes and recordings."""
    syllabus = syllabuses_of([page])[page.pk]
    lessons = LessonPage.objects.live().select_related("locale").in_bulk([step.page_id for step in syllabus.lessons])
    quizzes = QuizPage.objects.live().select_related("locale").in_bulk([step.page_id for step in syllabus.quizzes])
    attended = lessons_attended(one.translation_key for one in lessons.values())
    modules = []
    for number, module in enumerate(syllabus.modules, start=1):
        steps: list[PackedStep] = []
        for place, step in enumerate(module.steps, start=1):
            name = f"{number}-{place}"
            if lesson := lessons.get(step.page_id):
                steps.append(_lesson(name, step, lesson, is_done_by_hand=lesson.translation_key not in attended))
            elif quiz := quizzes.get(step.page_id):
                steps.append(_quiz(name, step, quiz))
        modules.append(PackedModule(module.title, module.language, steps))
    packed = [one for module in modules for one in module.steps if isinstance(one, PackedLessonText)]
    return PackedCourse(page, modules, {**_pictures(packed), **(_sound(lessons.values()) if with_sound else {})})


def _lesson(name: str, step: Step, page: LessonPage, *, is_done_by_hand: bool) -> PackedLessonText:
    with translation.override(page.locale.language_code):
        text = with_one_file(kept_text(page, is_lite=True))
    asked = page.recordings if step.watched_percent else []
    recordings = [(original_recording(page, item.pk), item.title) for item in asked]
    return PackedLessonText(name, step, page, text, recordings, is_done_by_hand)


def _quiz(name: str, step: Step, page: QuizPage) -> PackedQuizForm:
    if page.deciding.time_limit_minutes:
        why = _("This quiz has a time limit, which the academy’s clock counts. Take it with a connection.")
        return PackedQuizForm(name, step, page, why=why)
    return PackedQuizForm(name, step, page, stock_of(page))


def _pictures(lessons: Iterable[PackedLessonText]) -> dict[str, File]:
    taken = sizes_within([Fragment("", *weigh(lesson.text)) for lesson in lessons], most=MOST_BYTES)
    return {url: _file("pictures", url) for url in taken}


def _sound(lessons: Iterable[LessonPage]) -> dict[str, File]:
    ids = {pk for lesson in lessons for pk in lesson.recording_ids}
    found, left = {}, MOST_SOUND
    for rendition in Rendition.objects.filter(item_id__in=ids, kind=Rendition.Kind.AUDIO).order_by("item_id"):
        if rendition.size_bytes <= left:
            left -= rendition.size_bytes
            found[rendition.file.url] = File(f"sound/{rendition.item_id}.m4a", str(rendition.file.name))
    return found


def _file(folder: str, url: str) -> File:
    source = stored_name(url)
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    return File(f"{folder}/{digest}{PurePosixPath(source).suffix}", source)
