from django import template
from django.template import Context
from django.utils import timezone

from courses.assessments import queries
from courses.assessments.forms import QuizForm, attempt_form
from courses.assessments.models import Attempt, QuizPage, QuizStanding

MOST_SHOWN = 20
register = template.Library()


@register.simple_tag(takes_context=True)
def quiz_form(context: Context, page: QuizPage) -> QuizForm | None:
    """The quiz to be filled in, as its reader left it or could not hand it in; None if an attempt must be begun first.

    Its editor, who has no attempt, sees every question it may ask.
    """
    request = context.get("request")
    if isinstance(context.get("form"), QuizForm):
        return context["form"]
    if attempt := getattr(request, "attempt", None):
        return attempt_form(attempt)
    if getattr(request, "is_preview", False):
        uses = [use.question for use in page.quiz_questions.all()]
        return QuizForm([question for question in uses if question.live and question.kind in question.ANSWERABLE])
    return None if getattr(request, "enrolment", None) else QuizForm(queries.live_questions(page))


@register.simple_tag(takes_context=True)
def attempts_left(context: Context, page: QuizPage) -> int | None:
    """How many more attempts this reader may begin; None without a limit."""
    return queries.attempts_left(context["request"].enrolment, page, max_attempts=page.deciding.max_attempts)


@register.simple_tag(takes_context=True)
def attempts_made(context: Context, page: QuizPage) -> list[Attempt]:
    """What this reader has handed in of a quiz, the newest first."""
    enrolment = getattr(context.get("request"), "enrolment", None)
    if enrolment is None:
        return []
    return list(queries.attempts_at(enrolment, page).handed_in().order_by("-number")[:MOST_SHOWN])


@register.simple_tag(takes_context=True)
def quiz_standing(context: Context, page: QuizPage) -> QuizStanding | None:
    """How this reader stands in a quiz; None before the first attempt."""
    enrolment = getattr(context.get("request"), "enrolment", None)
    return queries.standing_in(enrolment, page) if enrolment else None


@register.simple_tag
def seconds_left(attempt: Attempt) -> int:
    """Whole seconds until the time of an attempt is up, never below 0; the academy's clock decides, not the reader's."""
    return max(int((attempt.due_at - timezone.now()).total_seconds()), 0) if attempt.due_at else 0


@register.filter
def minutes(seconds: int) -> int:
    """Whole minutes, rounded up."""
    return -(-seconds // 60)
