from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page

from courses.assessments.models import Attempt, Question, QuizPage
from courses.catalogue.models import CoursePage
from courses.enrolment.models import Enrolment
from lms.accounts.models import User


@dataclass(frozen=True)
class OutlineQuiz:
    """A live quiz as its course lists it. module_path: place of its module in the page tree."""

    page_id: int
    translation_key: str
    title: str
    minutes: int
    module_path: str
    slug: str


def quizzes_of(course: CoursePage) -> list[OutlineQuiz]:
    """Return a course's live quizzes that hold at least one live question, in order; one query."""
    pages = (
        QuizPage.objects.descendant_of(course)
        .live()
        .filter(quiz_questions__question__live=True)
        .distinct()
        .order_by("path")
    )
    return [
        OutlineQuiz(
            page_id=page.pk,
            translation_key=str(page.translation_key),
            title=page.title,
            minutes=page.minutes,
            module_path=page.path[: -Page.steplen],
            slug=page.slug,
        )
        for page in pages
    ]


def live_questions(quiz: QuizPage) -> list[Question]:
    """Return the questions that the quiz asks now, in order."""
    uses = quiz.quiz_questions.filter(question__live=True, question__kind__in=Question.ANSWERABLE).select_related(
        "question"
    )
    return [use.question for use in uses.order_by("sort_order")]


def item_of(question: Question) -> dict[str, Any]:
    """Return a question as the plain item that the marker takes."""
    return {
        "kind": question.kind,
        "options": [
            {
                "id": str(child.id),
                "text": child.value["text"],
                "is_correct": child.value["is_correct"],
                "feedback": child.value["feedback"],
            }
            for child in question.options
        ],
    }


def attempts_of(person: User) -> QuerySet[Attempt]:
    """Return a person's attempts; nobody else's can be reached through it."""
    if not person.is_authenticated:
        return Attempt.objects.none()
    return Attempt.objects.filter(enrolment__learner=person).select_related("enrolment__run__course", "quiz")


def passed_quiz_ids(enrolment: Enrolment) -> set[int]:
    """Return the ids of the quizzes that an enrolment has passed."""
    return set(enrolment.standings.exclude(passed_at=None).values_list("quiz_id", flat=True))
