from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from courses.assessments.models import Quiz, QuizStanding
from courses.assessments.queries import quizzes_of
from courses.assessments.services import ensure_quizzes
from courses.catalogue.models import Course, CoursePage
from courses.catalogue.queries import original_of
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import enrolments_of
from courses.enrolment.rules import Terms
from courses.lessons.models import Lesson
from courses.lessons.queries import course_outline
from courses.lessons.services import ensure_lessons
from courses.progress import rules
from courses.progress.models import Completion, LessonProgress
from lms.accounts.models import User


@dataclass(frozen=True)
class Step:
    """A lesson or quiz in a syllabus, with what this reader has done of it. kind: "lesson" or "quiz"."""

    kind: str
    page_id: int
    translation_key: str
    title: str
    minutes: int
    url: str
    is_open: bool = False
    is_done: bool = False
    is_current: bool = False


@dataclass(frozen=True)
class SyllabusModule:
    """A module and its steps, in order."""

    page_id: int
    title: str
    url: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True)
class Syllabus:
    """A course as one reader sees it: its modules, and the progress of their enrolment if there is one."""

    modules: tuple[SyllabusModule, ...]
    enrolment: Enrolment | None = None
    progress: rules.Progress | None = None
    steps: tuple[Step, ...] = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "steps", tuple(step for module in self.modules for step in module.steps))

    @property
    def lessons(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.kind == "lesson")

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)

    @property
    def next_step(self) -> Step | None:
        """Return where to go on: the first step not done after the last one visited, else the first not done."""
        visited = next((n for n, step in enumerate(self.steps) if step.is_current), 0)
        return next((step for step in (*self.steps[visited:], *self.steps) if not step.is_done), None)


def done_keys(enrolment: Enrolment) -> set[str]:
    """Return the translation keys of the lessons done and quizzes passed; two queries."""
    lessons = LessonProgress.objects.filter(enrolment=enrolment).exclude(done_at=None)
    quizzes = QuizStanding.objects.filter(enrolment=enrolment).exclude(passed_at=None)
    keys = lessons.values_list("lesson__translation_key", flat=True).union(
        quizzes.values_list("quiz__translation_key", flat=True), all=True
    )
    return {str(key) for key in keys}


def syllabus_for(
    course: CoursePage, enrolment: Enrolment | None = None, *, current_page_id: int | None = None
) -> Syllabus:
    """Return a course's syllabus with this enrolment's ticks; the same few queries whatever the course's size."""
    done = done_keys(enrolment) if enrolment else set()
    resume = str(enrolment.resume_lesson.translation_key) if enrolment and enrolment.resume_lesson else None
    quizzes = {quiz.module_path: quiz for quiz in quizzes_of(course)}
    modules = []
    for module in course_outline(course):
        steps = [
            Step(
                kind="lesson",
                page_id=lesson.page_id,
                translation_key=lesson.translation_key,
                title=lesson.title,
                minutes=lesson.minutes,
                url=lesson.url,
                is_open=bool(enrolment) or lesson.is_preview,
                is_done=lesson.translation_key in done,
                is_current=lesson.page_id == current_page_id if current_page_id else lesson.translation_key == resume,
            )
            for lesson in module.lessons
        ]
        quiz = quizzes.get(module.path)
        if quiz:
            steps.append(
                Step(
                    kind="quiz",
                    page_id=quiz.page_id,
                    translation_key=quiz.translation_key,
                    title=quiz.title,
                    minutes=quiz.minutes,
                    url=f"{module.url}{quiz.slug}/",
                    is_open=bool(enrolment),
                    is_done=quiz.translation_key in done,
                    is_current=quiz.page_id == current_page_id,
                )
            )
        modules.append(SyllabusModule(page_id=module.page_id, title=module.title, url=module.url, steps=tuple(steps)))
    progress = progress_of([enrolment])[enrolment.pk] if enrolment else None
    return Syllabus(modules=tuple(modules), enrolment=enrolment, progress=progress)


def progress_of(enrolments: Iterable[Enrolment]) -> Mapping[int, rules.Progress]:
    """Return the progress of each enrolment, by its id; four queries, however many enrolments."""
    enrolments = list(enrolments)
    ids = [enrolment.pk for enrolment in enrolments]
    course_ids = {enrolment.contract.course_id for enrolment in enrolments}
    done, passed = defaultdict(set), defaultdict(set)
    for enrolment_id, lesson_id in (
        LessonProgress.objects.filter(enrolment__in=ids).exclude(done_at=None).values_list("enrolment_id", "lesson_id")
    ):
        done[enrolment_id].add(lesson_id)
    for enrolment_id, quiz_id in (
        QuizStanding.objects.filter(enrolment__in=ids).exclude(passed_at=None).values_list("enrolment_id", "quiz_id")
    ):
        passed[enrolment_id].add(quiz_id)
    retired_lessons = set(Lesson.objects.filter(course__in=course_ids, is_retired=True).values_list("pk", flat=True))
    retired_quizzes = set(Quiz.objects.filter(course__in=course_ids, is_retired=True).values_list("pk", flat=True))
    return {
        enrolment.pk: rules.measure(
            lesson_ids=enrolment.contract.lesson_ids,
            quiz_ids=enrolment.contract.quiz_ids,
            done_lesson_ids=done[enrolment.pk],
            passed_quiz_ids=passed[enrolment.pk],
            retired_lesson_ids=retired_lessons,
            retired_quiz_ids=retired_quizzes,
        )
        for enrolment in enrolments
    }


def current_terms(course: Course, page: CoursePage) -> Terms:
    """Return what completing the course asks for today, as its first-language pages say."""
    original = original_of(page)
    outline = [lesson for module in course_outline(original) for lesson in module.lessons]
    lessons = ensure_lessons(course, outline)
    quizzes = ensure_quizzes(course, quizzes_of(original))
    return Terms(
        title=original.title,
        version_name=original.version_name,
        lesson_ids=tuple(lesson.pk for lesson in lessons),
        lesson_minutes=tuple(lesson.minutes for lesson in outline),
        quiz_ids=tuple(quiz.pk for quiz in quizzes),
        pass_mark_percent=original.pass_mark_percent,
        minutes=original.minutes,
    )


def completions_of(person: User) -> QuerySet[Completion]:
    """Return a person's completions, newest first."""
    return (
        Completion.objects.filter(enrolment__in=enrolments_of(person))
        .select_related("contract")
        .order_by("-completed_at")
    )
