"""The forms behind the editor of quizzes and questions: what is checked beyond single fields."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.permissions import policy_registry

from courses.catalogue.models import CoursePage


class QuizPageForm(WagtailAdminPageForm):
    """A quiz asks questions of its own course, each of them once."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        course_page = CoursePage.objects.ancestor_of(self.parent_page).first() if self.parent_page else None
        seen = set()
        for form in self.formsets["quiz_questions"].forms:
            question = form.cleaned_data.get("question") if form.is_valid() else None
            if question is None or form.cleaned_data.get("DELETE"):
                continue
            course = question.course
            if course_page and (course is None or course.translation_key != course_page.translation_key):
                form.add_error("question", _("This question belongs to another course. Choose one of this course."))
            elif question in seen:
                form.add_error("question", _("This question is already in the quiz."))
            seen.add(question)
        return cleaned


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
