from collections.abc import Sequence

from django import template

from courses.assessments.forms import AskedQuestion, QuizForm
from courses.assessments.models import Question
from courses.assessments.reviews import Review, review_of
from courses.assessments.rules import UnusableItem
from courses.assessments.trials import MarkedTrial
from courses.lessons.queries import Sources, sources_in

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
    return None if "task" in question.problems() else review_of(question.kind, question.item, None)


@register.simple_tag
def said_sources(question: Question) -> Sources:
    """What its feedback cites. Name the result `sources`: the tag `cited` looks for it to number citations."""
    return sources_in([question.feedback_right, question.feedback_wrong])


@register.simple_tag
def tried(question: Question) -> Sequence[MarkedTrial]:
    """What its author's trial answers earn; none while nothing could be marked."""
    try:
        return question.marked_trials()
    except UnusableItem:
        return ()
