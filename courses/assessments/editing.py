"""The forms behind the editor of quizzes and questions: what is checked beyond single fields."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.permissions import policy_registry

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
            self.add_error(field, problem)
