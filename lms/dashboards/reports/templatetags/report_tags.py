from typing import Any

from django import template
from django.template import Context

from lms.dashboards.reports.models import SavedView
from lms.dashboards.reports.services import MOST_VIEWS

register = template.Library()


@register.inclusion_tag("dashboards/reports/saved.html", takes_context=True)
def saved_views(context: Context, query: str) -> dict[str, Any]:
    """The views that the reader has saved, and a form that saves this one. query: the filters in use, with their "?"."""
    views = list(context["request"].user.saved_views.all()[:MOST_VIEWS])
    return {
        "views": views,
        "schedules": SavedView.Schedule.choices,
        "query": query,
        "csrf_token": context.get("csrf_token"),
    }
