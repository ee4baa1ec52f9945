"""The courses that the demo's people study, as far as it matters what completing them asks for."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.assessments.models import Question, QuizPage
from courses.assessments.queries import live_questions
from courses.catalogue.models import Course, CourseTeamMember
from courses.catalogue.queries import live_courses
from courses.catalogue.services import ensure_course
from courses.enrolment.models import Contract, CourseRun
from courses.enrolment.services import contract_for
from courses.progress.queries import syllabuses_of
from courses.progress.rules import LESSON
from courses.progress.services import current_terms
from lms.accounts.models import User
from lms.operations.demo import plan


@dataclass(frozen=True)
class CourseOnOffer:
    course: Course
    contract: Contract
    run: CourseRun
    shape: plan.CourseShape


def courses_on_offer() -> list[CourseOnOffer]:
    """Return the courses of the first language, in the catalogue's order, with what completing each asks for."""
    pages = list(live_courses().filter(locale__language_code="en").order_by("path"))
    syllabuses = syllabuses_of(pages)
    offers = []
    for page in pages:
        course = ensure_course(page)
        terms = current_terms(course, page)
        if not terms.lesson_ids:
            continue
        contract = contract_for(course, terms)
        run, _created = CourseRun.objects.get_or_create(course=course, kind=CourseRun.Kind.SELF_PACED)
        lesson_ids, marks = iter(terms.lesson_ids), dict(terms.quiz_marks)
        quizzes = ((quiz_id, marks[quiz_id]) for quiz_id in terms.quiz_ids)
        steps = tuple(
            plan.LessonStep(next(lesson_ids), step.minutes)
            if step.kind == LESSON
            else plan.QuizStep(*next(quizzes), step.minutes, _questions(step.page_id))
            for step in syllabuses[page.pk].required
        )
        languages = live_courses().filter(translation_key=page.translation_key).values_list("locale__language_code")
        shape = plan.CourseShape(page.code, steps, frozenset(code for (code,) in languages))
        offers.append(CourseOnOffer(course=course, contract=contract, run=run, shape=shape))
    return offers


def add_course_team(offers: Iterable[CourseOnOffer], instructor: User, *, by: User) -> None:
    CourseTeamMember.objects.bulk_create(
        CourseTeamMember(course=offer.course, member=instructor, appointed_by=by) for offer in offers
    )


def _questions(quiz_page_id: int) -> tuple[plan.QuestionShape, ...]:
    return tuple(
        plan.QuestionShape(
            question_id=question.pk,
            key=question.key,
            revision_id=question.live_revision_id,
            points=question.points,
            options={option["id"]: option["is_correct"] for option in question.item["options"]},
        )
        for question in live_questions(QuizPage.objects.get(pk=quiz_page_id))
        if question.kind in (Question.Kind.SINGLE, Question.Kind.MULTIPLE)  # of which answers can be invented
    )
