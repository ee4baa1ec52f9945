from datetime import datetime

from lms.dashboards.choices import choices
from lms.dashboards.forms import QuestionForm
from lms.dashboards.queries import Insights, insights
from lms.dashboards.questions import limit_of
from lms.dashboards.reports.models import SavedView


def insights_of(view: SavedView, *, now: datetime) -> Insights:
    """Return what a saved view shows its owner now, within their limit of now, as the page does."""
    limit = limit_of(view.person)
    offered = choices(now.date(), limit)
    form = QuestionForm(view.filters, choices=offered, limit=limit)
    return insights(form.question, offered, limit)
