from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import (
    BaseSnippetChooseView,
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
)
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.assessments.models import Question

ANY_ACTION = frozenset({"add", "change", "delete", "publish"})


def questions_open_to(request: HttpRequest) -> QuerySet[Question]:
    """Return the questions that a person may work on: those of their courses; all, for an editor."""
    policy = policy_registry.get_by_type(Question)
    return policy.instances_user_has_any_permission_for(request.user, ANY_ACTION)


def state_of(question: Question) -> str:
    """Say whether learners are asked a question; Wagtail's own word for it would ask the database for each row."""
    if not question.live:
        return gettext("draft")
    return gettext("live, with a newer draft") if question.has_unpublished_changes else gettext("live")


class ChooseOwnQuestionView(BaseSnippetChooseView):
    """What a quiz's author may choose from: questions of the courses they teach, with course and kind beside the text."""

    def get_object_list(self):
        return questions_open_to(self.request).select_related("course", "locale")

    @property
    def columns(self):
        return [*super().columns, Column("course.code", label=_("Course")), Column("get_kind_display", label=_("Kind"))]


class ChooseQuestionView(ChooseOwnQuestionView, ChooseView):
    pass


class ChooseQuestionResultsView(ChooseOwnQuestionView, ChooseResultsView):
    pass


class QuestionChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ChooseQuestionView
    choose_results_view_class = ChooseQuestionResultsView


class QuestionViewSet(SnippetViewSet):
    """The question bank in the CMS."""

    model = Question
    icon = "help"
    menu_label = _("Questions")
    menu_order = 20
    menu_hook = "register_teaching_menu_item"
    list_display = [
        "key",
        Column("stem", label=_("Question")),
        Column("course.code", label=_("Course"), sort_key="course__code"),
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        StatusTagColumn(
            "live", label=_("Status"), accessor=state_of, sort_key="live", primary=lambda question: question.live
        ),
    ]
    list_filter = ["course", "kind", "live", "locale"]
    list_per_page = 50
    ordering = ["key"]
    chooser_viewset_class = QuestionChooserViewSet
    chooser_per_page = 25

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return questions_open_to(request).select_related("course", "locale", "latest_revision")

    def construct_view(self, view_class: type, **kwargs: Any) -> Callable[..., HttpResponseBase]:
        """Wagtail asks whether a person may change questions at all; every view of one question asks about this one."""
        view = super().construct_view(view_class, **kwargs)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if "pk" in kwargs:
                question = get_object_or_404(Question, pk=kwargs["pk"])
                policy = policy_registry.get(question)
                if not policy.user_has_any_permission_for_instance(request.user, ANY_ACTION, question):
                    raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded


register_snippet(QuestionViewSet)
