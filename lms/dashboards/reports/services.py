from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.accounts.queries import display_name, may_see_insights
from lms.dashboards import findings
from lms.dashboards.forms import period_name
from lms.dashboards.reports.errors import TooManyViews
from lms.dashboards.reports.models import SavedView, SentReport
from lms.dashboards.reports.queries import insights_of
from lms.dashboards.reports.rules import period_of
from lms.lib.sweeps import one_by_one
from lms.mail.services import queue_mail

MOST_VIEWS = 20  # of one person


@transaction.atomic
def save_view(person: User, *, name: str, filters: Mapping[str, str], now: datetime) -> SavedView:
    """Save filters under a name, in place of what the person saved under it before. Raises TooManyViews."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # lock first, then count
    views = SavedView.objects.filter(person=person)
    if views.exclude(name=name).count() >= MOST_VIEWS:
        raise TooManyViews(_("You have saved 20 views. Delete one of them, then save this one."))
    view, _is_new = views.update_or_create(
        person=person, name=name, defaults={"filters": dict(filters), "saved_at": now}
    )
    return view


def send_due_reports(*, now: datetime) -> None:
    """Send what is due by mail: each view once in its week or month, however often and late this runs."""
    today = now.astimezone(UTC).date()
    for schedule in (SavedView.Schedule.WEEKLY, SavedView.Schedule.MONTHLY):
        due = SavedView.objects.filter(schedule=schedule, person__is_active=True)
        due = due.exclude(sent__period=period_of(schedule, today) or today).select_related("person").order_by("pk")
        one_by_one(due.iterator(), partial(send_report, now=now), failed="The report of view %s could not be sent.")


@transaction.atomic
def send_report(view: SavedView, *, now: datetime) -> bool:
    """Write the mail of a view for this week or month, unless it was written; say whether it is new.

    Its figures are those of this moment, within the limit of this moment. Who does not see the insights any more gets none.
    """
    period = period_of(view.schedule, now.astimezone(UTC).date())
    if period is None or not may_see_insights(view.person):
        return False
    _row, is_new = SentReport.objects.get_or_create(view=view, period=period, defaults={"sent_at": now})
    if not is_new:
        return False
    with translation.override(view.person.language or settings.LANGUAGE_CODE):
        insights = insights_of(view, now=now)
        facts = {
            "name": display_name(view.person),
            "view": view,
            "period": period_name(insights.question.last_month),
            "headlines": findings.headlines(insights),
            "site_url": settings.SITE_URL,
        }
        queue_mail(
            key=f"report:{view.pk}:{period}",
            to=view.person.email,
            subject=_("Insights: %(view)s") % {"view": view.name},
            text=render_to_string("emails/report.txt", facts),
        )
    return True
