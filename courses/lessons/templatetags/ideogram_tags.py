from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from courses.lessons import rules

register = template.Library()


@register.inclusion_tag("components/ideogram.html")
def ideogram(
    steps: Sequence[rules.Drawable], *, progress: object = False, slim: bool = False, label: str = ""
) -> dict[str, Any]:
    """A course drawn as a chromosome: {% ideogram steps %}, or {% ideogram steps progress=True slim=True %}.

    steps: things with kind ("lesson" or "quiz"), minutes, is_done and is_current; progress: whether to show what is done.
    The drawing says its figures in words; where the page does not, put them beside it.
    """
    drawing = rules.draw_ideogram(steps, shows_progress=bool(progress))
    return {
        "bands": drawing.bands,
        "waist": drawing.waist,
        "label": label or _label(steps, shows_progress=bool(progress)),
        "is_slim": slim,
    }


def _label(steps: Sequence[rules.Drawable], *, shows_progress: bool) -> str:
    lessons = [step for step in steps if step.kind != "quiz"]
    quizzes = [step for step in steps if step.kind == "quiz"]
    if not shows_progress:
        return _("Lessons: %(lessons)d. Quizzes: %(quizzes)d. Minutes: %(minutes)d.") % {
            "lessons": len(lessons),
            "quizzes": len(quizzes),
            "minutes": sum(step.minutes for step in steps),
        }
    return _("Lessons done: %(done)d of %(lessons)d. Quizzes passed: %(passed)d of %(quizzes)d.") % {
        "done": sum(step.is_done for step in lessons),
        "lessons": len(lessons),
        "passed": sum(step.is_done for step in quizzes),
        "quizzes": len(quizzes),
    }
