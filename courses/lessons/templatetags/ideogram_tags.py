from collections.abc import Sequence
from typing import Any, Protocol

from django import template
from django.utils.translation import gettext as _

from courses.lessons import rules

register = template.Library()


class Figures(Protocol):
    """How far somebody is in a course."""

    @property
    def lessons_total(self) -> int: ...
    @property
    def lessons_done(self) -> int: ...
    @property
    def quizzes_total(self) -> int: ...
    @property
    def quizzes_passed(self) -> int: ...


@register.inclusion_tag("components/ideogram.html")
def ideogram(
    steps: Sequence[rules.Drawable], *, progress: Figures | None = None, slim: bool = False, label: str = ""
) -> dict[str, Any]:
    """A course drawn as a chromosome: {% ideogram steps %}, or {% ideogram steps progress=syllabus.progress slim=True %}.

    steps: things with kind ("lesson" or "quiz"), minutes, is_done and is_current; progress: somebody's, to
    show what is done. The drawing says its figures in words, those of the progress: what is drawn may hold more than is
    asked for.
    """
    drawing = rules.draw_ideogram(steps, shows_progress=bool(progress))
    return {
        "bands": drawing.bands,
        "waist": drawing.waist,
        "label": label or (_words(progress) if progress else _label(steps)),
        "is_slim": slim,
    }


def _label(steps: Sequence[rules.Drawable]) -> str:
    quizzes = sum(step.kind == "quiz" for step in steps)
    return _("Lessons: %(lessons)d. Quizzes: %(quizzes)d. Minutes: %(minutes)d.") % {
        "lessons": len(steps) - quizzes,
        "quizzes": quizzes,
        "minutes": sum(step.minutes for step in steps),
    }


def _words(progress: Figures) -> str:
    return _("Lessons done: %(done)d of %(lessons)d. Quizzes passed: %(passed)d of %(quizzes)d.") % {
        "done": progress.lessons_done,
        "lessons": progress.lessons_total,
        "passed": progress.quizzes_passed,
        "quizzes": progress.quizzes_total,
    }
