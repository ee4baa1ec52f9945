from django import template

from courses.assessments.forms import AskedQuestion, QuizForm
from courses.assessments.models import Question
from courses.assessments.reviews import Review, review_of

register = template.Library()


@register.simple_tag
def asked_alone(question: Question) -> AskedQuestion | None:
    """A question as a quiz of its own would ask it; None if there is nothing to answer yet."""
    if not question.task or question.kind not in question.ANSWERABLE:
        return None
    [asked] = QuizForm([question]).asked()
    return asked


@register.simple_tag
def reviewed(question: Question) -> Review | None:
    """What is right and why; None while the question could not be asked."""
    return None if question.problems() else review_of(question.kind, question.item, None)
