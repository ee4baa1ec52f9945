"""What simulated learners study and attend: rows of identity throughout, and pages of a few courses."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5

from courses.assessments.models import Question, Quiz, QuizPage, QuizQuestion
from courses.assessments.services import ensure_quizzes
from courses.catalogue.models import Course, CoursePage
from courses.catalogue.services import ensure_course
from courses.enrolment.models import Contract, CourseRun
from courses.enrolment.rules import Terms
from courses.enrolment.services import contract_for
from courses.lessons.models import Lesson, LessonPage, ModulePage
from courses.lessons.services import ensure_lessons
from courses.progress.services import current_terms
from courses.webinars.models import Webinar
from lms.accounts.models import Institution
from lms.operations.loading.indexing import index_once
from lms.operations.loading.tree import ensure_catalogue
from lms.operations.simulation.people import institutions_by_country
from lms.operations.simulation.rows import SimulatedCourse, SimulatedWebinar, began_on
from lms.operations.simulation.studying import LESSONS, QUIZ_AFTER, QUIZZES

COURSES, WITH_PAGES, WEBINARS, INSTITUTIONS = 60, 3, 60, 400
LESSON_MINUTES, PASS_MARK, WEBINAR_MINUTES = 15, 70, 60
_NAMES = UUID(
    "6f1c1d5e-8a4b-4f0e-9d51-2f0c7f6a9b20"
)  # keys are made from names, so that the simulated are known by them
_INSTITUTION = "Simulated institution "


def _key(name: str) -> UUID:
    return uuid5(_NAMES, name)


def _course_keys() -> list[UUID]:
    return [_key(f"course {number}") for number in range(COURSES)]


def _webinar_keys() -> list[UUID]:
    return [_key(f"webinar {number}") for number in range(WEBINARS)]


def simulated_courses() -> list[Course]:
    """Return the rows of the simulated courses, those with pages first."""
    found = {course.translation_key: course for course in Course.objects.filter(translation_key__in=_course_keys())}
    return [found[key] for key in _course_keys() if key in found]


def add_courses() -> tuple[SimulatedCourse, ...]:
    """Add the courses with what completing them asks for, and pages of the first few."""
    with index_once():
        pages = [_add_pages(number) for number in range(WITH_PAGES)]
    Course.objects.bulk_create(
        Course(translation_key=key, code=f"SIM-{number + 1}", title=_title(number))
        for number, key in enumerate(_course_keys())
        if number >= WITH_PAGES
    )
    made = []
    for number, course in enumerate(simulated_courses()):
        terms = current_terms(course, pages[number]) if number < WITH_PAGES else _terms(course, number)
        run, _created = CourseRun.objects.get_or_create(course=course, kind=CourseRun.Kind.SELF_PACED)
        contract = contract_for(course, terms)
        made.append(SimulatedCourse(course.title, run.pk, contract.pk, terms.lesson_ids, terms.quiz_ids, terms.minutes))
    return tuple(made)


def remove_courses() -> None:
    """Take the courses and their pages out again; nobody is enrolled any more."""
    courses = simulated_courses()
    for page in CoursePage.objects.filter(translation_key__in=[course.translation_key for course in courses]):
        page.delete()
    Question.objects.filter(course__in=courses).delete()
    for model in (Contract, CourseRun, Lesson, Quiz):
        model._default_manager.filter(course__in=courses).delete()
    Course.objects.filter(pk__in=[course.pk for course in courses]).delete()


def add_webinars(*, until: datetime) -> tuple[SimulatedWebinar, ...]:
    """Add webinars without pages, all over by then and about as far from each other."""
    began = datetime.combine(began_on(until.date()), time(), UTC)
    between = (until - began) / (WEBINARS + 1)
    starts = [began + (number + 1) * between for number in range(WEBINARS)]
    hours = [start.replace(minute=0, second=0, microsecond=0) for start in starts]
    made = Webinar.objects.bulk_create(
        Webinar(
            translation_key=key,
            starts_at=start,
            ends_at=start + timedelta(minutes=WEBINAR_MINUTES),
            labels={"en": {"title": f"Simulated webinar {number + 1}", "path": "/webinars/"}},
        )
        for number, (key, start) in enumerate(zip(_webinar_keys(), hours, strict=True))
    )
    return tuple(
        SimulatedWebinar(webinar.pk, str(webinar), int((start - began).total_seconds()), WEBINAR_MINUTES)
        for webinar, start in zip(made, hours, strict=True)
    )


def remove_webinars() -> None:
    Webinar.objects.filter(translation_key__in=_webinar_keys()).delete()


def add_institutions() -> dict[str, tuple[int, ...]]:
    """Add institutions; return their ids by country."""
    codes = [code for code, count in institutions_by_country(INSTITUTIONS).items() for _one in range(count)]
    made = Institution.objects.bulk_create(
        Institution(name=f"{_INSTITUTION}{number + 1}", country=code) for number, code in enumerate(codes)
    )
    found: dict[str, tuple[int, ...]] = {}
    for institution in made:
        found[str(institution.country)] = (*found.get(str(institution.country), ()), institution.pk)
    return found


def remove_institutions() -> None:
    Institution.objects.filter(name__startswith=_INSTITUTION, people=None).delete()


def _title(number: int) -> str:
    return f"Simulated course {number + 1}"


def _lesson_titles(number: int) -> dict[str, str]:
    return {str(_key(f"course {number}, lesson {lesson}")): f"Lesson {lesson + 1}" for lesson in range(LESSONS)}


def _quiz_titles(number: int) -> dict[str, str]:
    return {str(_key(f"course {number}, quiz {quiz}")): f"Quiz {quiz + 1}" for quiz in range(QUIZZES)}


def _terms(course: Course, number: int) -> Terms:
    lessons = ensure_lessons(course, _lesson_titles(number))
    quizzes = [quiz.pk for quiz in ensure_quizzes(course, _quiz_titles(number))]
    return Terms(
        title=course.title,
        version_name="1.0",
        lesson_ids=tuple(lesson.pk for lesson in lessons),
        lesson_minutes=(LESSON_MINUTES,) * LESSONS,
        quiz_ids=tuple(quizzes),
        quiz_marks=tuple((quiz, PASS_MARK) for quiz in quizzes),
        pass_mark_percent=PASS_MARK,
        minutes=LESSONS * LESSON_MINUTES,
    )


def _add_pages(number: int) -> CoursePage:
    course_page = CoursePage(
        title=_title(number),
        slug=f"simulated-{number + 1}",
        translation_key=_key(f"course {number}"),
        code=f"SIM-{number + 1}",
        summary="Made up, to try the academy at scale.",
        version_name="1.0",
        pass_mark_percent=PASS_MARK,
    )
    ensure_catalogue("en").add_child(instance=course_page)
    course = ensure_course(course_page)
    lessons, quizzes = list(_lesson_titles(number).items()), list(_quiz_titles(number).items())
    for module, (first, last) in enumerate(zip((0, *QUIZ_AFTER), QUIZ_AFTER, strict=False)):
        module_page = ModulePage(title=f"Module {module + 1}", slug=f"module-{module + 1}")
        course_page.add_child(instance=module_page)
        _add_steps(module_page, lessons[first:last], quizzes[module], course)
    return course_page


def _add_steps(module: ModulePage, lessons: Sequence[tuple[str, str]], quiz: tuple[str, str], course: Course) -> None:
    for key, title in lessons:
        page = LessonPage(
            title=title, slug=title.lower().replace(" ", "-"), translation_key=key, minutes=LESSON_MINUTES
        )
        module.add_child(instance=page)
    key, title = quiz
    quiz_page = QuizPage(title=title, slug="quiz", translation_key=key)
    module.add_child(instance=quiz_page)
    question = Question.objects.create(
        key=f"{course.code}-{title}".lower().replace(" ", "-"),
        course=course,
        kind=Question.Kind.TRUE_FALSE,
        stem="Is this course simulated?",
        feedback_right="It is.",
        feedback_wrong="It is.",
        task=Question.task.field.to_python([{"type": "true_false", "id": "task", "value": {"answer": "true"}}]),
    )
    QuizQuestion.objects.create(page=quiz_page, question=question)
