import logging

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page

from courses.lessons.models import LessonPage
from courses.weight import rules, services

logger = logging.getLogger(__name__)

# What makes a lesson public, or asks others to: an author who may not publish is told before the reviewer is.
ACTIONS = {"action-publish", "action-submit", "action-restart-workflow", "workflow-action-name"}


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def warn_of_a_heavy_lesson(request: HttpRequest, page: Page) -> None:
    """Tell who publishes a lesson, or hands it in, what weighs how much where it breaks the budget; nobody is stopped."""
    if not isinstance(page, LessonPage) or not ACTIONS & request.POST.keys():
        return
    try:
        _warn(request, page)
    except Exception:  # it is saved by now, which this is not to put in doubt
        logger.exception("What lesson %s weighs could not be told", page.pk)


def _warn(request: HttpRequest, page: LessonPage) -> None:
    lesson = LessonPage.objects.select_related("locale").get(pk=page.pk)
    if lesson.has_unpublished_changes or not lesson.live:
        weight = services.weigh(lesson.get_latest_revision_as_object(), is_draft=True)
    else:
        weight = services.record_weight(lesson, now=timezone.now())
    if rules.breaks_budget(weight):
        messages.warning(request, render_to_string("courses/weight/warning.html", {"weight": weight, "rules": rules}))
