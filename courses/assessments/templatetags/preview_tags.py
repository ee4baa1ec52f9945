from typing import Any

from django import template

from courses.assessments.forms import QuizForm
from courses.assessments.models import Question

register = template.Library()


@register.simple_tag
def asked_alone(question: Question) -> dict[str, Any] | None:
    """A question as a quiz of its own would ask it: question, field; None if its kind cannot be answered yet."""
    if question.kind not in question.ANSWERABLE:
        return None
    [(question, field)] = QuizForm([question]).asked()
    return {"question": question, "field": field}
