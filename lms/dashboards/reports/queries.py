from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django_countries import countries as country_names

from lms.dashboards.choices import TIERS, Choices, choices
from lms.dashboards.forms import QuestionForm, period_name
from lms.dashboards.queries import Insights, insights
from lms.dashboards.questions import Question, limit_of
from lms.dashboards.reports.models import SavedView
from lms.measures.cuts import Dimension


@dataclass(frozen=True)
class Report:
    """What a saved view shows, and of what and whom, in words: Year to November 2026 · Country: Ghana."""

    insights: Insights
    scope: str


def report_of(view: SavedView, *, now: datetime) -> Report:
    """Return what a saved view shows its owner now, within their limit of now, as the page does."""
    limit = limit_of(view.person)
    offered = choices(now.date(), limit)
    form = QuestionForm(view.filters, choices=offered, limit=limit)
    found = insights(form.question, offered, limit)
    return Report(found, _in_words(found.question, offered))


def _in_words(question: Question, offered: Choices) -> str:
    """Say what a question, with the limit in it, asks for; whoever reads a report sees no filters beside it."""
    names: Mapping[str, tuple[str, object]] = {
        Dimension.COURSE: (_("Course"), offered.courses.get(question.course_id or 0)),
        Dimension.COUNTRY: (_("Country"), country_names.name(question.country or "")),
        Dimension.TIER: (_("Access"), TIERS.get(question.tier or "")),
        Dimension.INSTITUTION: (_("Institution"), offered.institutions.get(question.institution_id or 0)),
    }
    chosen = (names[one] for one in question.named)
    return " · ".join(
        [period_name(question.last_month), *(f"{label}: {name or _('Not known')}" for label, name in chosen)]
    )
