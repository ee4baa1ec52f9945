from django import template
from django.template import Context

from courses.assessments import queries
from courses.assessments.forms import QuizForm
from courses.assessments.models import QuizPage, QuizStanding

register = template.Library()


@register.simple_tag(takes_context=True)
def quiz_form(context: Context, page: QuizPage) -> QuizForm:
    """The quiz to be filled in; as it was handed in, if a part of that could not be taken."""
    if isinstance(context.get("form"), QuizForm):
        return context["form"]
    request = context.get("request")
    if getattr(request, "is_preview", False):
        uses = [use.question for use in page.quiz_questions.all()]
        return QuizForm([question for question in uses if question.live and question.kind in question.ANSWERABLE])
    return QuizForm(queries.live_questions(page))


@register.simple_tag(takes_context=True)
def quiz_standing(context: Context, page: QuizPage) -> QuizStanding | None:
    """How this reader stands in a quiz; None before the first attempt."""
    enrolment = getattr(context.get("request"), "enrolment", None)
    return queries.standing_in(enrolment, page) if enrolment else None
