"""The forms behind the editor of quizzes and questions: what is checked beyond single fields."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.permissions import policy_registry

from courses.assessments.proving import Problem
from courses.catalogue.models import CoursePage


class QuizPageForm(WagtailAdminPageForm):
    """A quiz asks questions of its own course, each of them once, and draws from pools that have enough."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        course_page = CoursePage.objects.ancestor_of(self.parent_page).first() if self.parent_page else None
        seen = set()
        for form in self._filled_in("quiz_questions"):
            question = form.cleaned_data.get("question")
            if question is None:
                continue
            course = question.course
            if course_page and (course is None or course.translation_key != course_page.translation_key):
                form.add_error("question", _("This question belongs to another course. Choose one of this course."))
            elif question in seen:
                form.add_error("question", _("This question is already in the quiz."))
            seen.add(question)
        self._check_pools()
        return cleaned

    def _check_pools(self) -> None:
        """Refuse a pool that nothing is in, that has too few, or in which it matters what is drawn."""
        points_in: dict[str, list[int]] = defaultdict(list)
        pools = {form.cleaned_data["name"]: form for form in self._filled_in("pools") if "name" in form.cleaned_data}
        for form in self._filled_in("quiz_questions"):
            name, question = form.cleaned_data.get("pool"), form.cleaned_data.get("question")
            if name and name not in pools:
                form.add_error("pool", _("There is no pool of this name. Add it below, or leave the name empty."))
            elif name and question:
                points_in[name].append(question.points)
        for name, form in pools.items():
            points, draws = points_in[name], form.cleaned_data.get("draws") or 1
            if draws > len(points):
                form.add_error(
                    "draws",
                    ngettext(
                        "The pool holds %(number)s question. Draw at most as many.",
                        "The pool holds %(number)s questions. Draw at most as many.",
                        len(points),
                    )
                    % {"number": len(points)},
                )
            if len(set(points)) > 1:
                form.add_error(
                    "name", _("Its questions are worth different points, so luck would decide. Make them equal.")
                )

    def _filled_in(self, name: str) -> list[Any]:
        """Return the forms of a list that say something and are not to be deleted."""
        return [
            form
            for form in self.formsets[name].forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


class QuestionForm(WagtailAdminModelForm):
    """A question of a course that its author teaches. A draft may be unfinished; what goes to learners may not."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "course" in self.fields and self.for_user:
            self.fields["course"].queryset = policy_registry.get(self.instance).courses_for(self.for_user)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.is_deferred_validation or self.errors:
            return
        for field, problem in self.instance.problems().items():
            self.add_error(field, _error_in(self.instance.task, problem) if field == "task" else problem)


def _error_in(task: blocks.StreamValue, problem: Problem) -> ValidationError:
    """Return what is wrong with the item of a task, to be shown at the field nearest to it in the editor."""
    error = ValidationError(str(problem))
    if not task:
        return error
    place = problem.place
    if place and hasattr(task[0].block, "place_of"):
        place = task[0].block.place_of(task[0].value, place)
    return StreamBlockValidationError(block_errors={0: _error_at(task[0].block, place, error)})


def _error_at(block: blocks.Block, place: Sequence[str | int], error: ValidationError) -> ValidationError:
    step, rest = (place[0], place[1:]) if place else (None, ())
    if isinstance(block, blocks.StructBlock):
        if step in block.child_blocks:
            return StructBlockValidationError({step: _error_at(block.child_blocks[step], rest, error)})
        return StructBlockValidationError(non_block_errors=[error])
    if isinstance(block, blocks.ListBlock):
        if isinstance(step, int):
            return ListBlockValidationError({step: _error_at(block.child_block, rest, error)})
        return ListBlockValidationError(non_block_errors=[error])
    return error
