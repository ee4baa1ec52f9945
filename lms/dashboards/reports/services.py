from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import partial

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.accounts.queries import display_name, may_see_insights
from lms.dashboards import findings
from lms.dashboards.marks import mark_for
from lms.dashboards.reports.errors import TooManyViews
from lms.dashboards.reports.models import SavedView, SentReport
from lms.dashboards.reports.queries import report_of
from lms.dashboards.reports.rules import is_due, next_period, period_of
from lms.lib.sweeps import one_by_one
from lms.mail.services import queue_mail

MOST_VIEWS = 20  # of one person
EARLIEST = timezone(timedelta(hours=14))  # the zone in which each day begins first


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


def schedule_view(view: SavedView, schedule: str, *, now: datetime) -> date | None:
    """Choose how often a view is sent by mail; return the day of the next, where its owner is, or None."""
    changed = SavedView.objects.filter(pk=view.pk).exclude(schedule=schedule)
    changed.update(schedule=schedule, schedule_chosen_at=now)
    return next_period(schedule, now.astimezone(view.person.zone).date())


def send_due_reports(*, now: datetime) -> None:
    """Send what is due by mail: each view once in its week or month, however often and late this runs."""
    today = now.astimezone(EARLIEST).date()
    for schedule in (SavedView.Schedule.WEEKLY, SavedView.Schedule.MONTHLY):
        newest = period_of(schedule, today) or today
        due = SavedView.objects.filter(schedule=schedule, person__is_active=True).exclude(sent__period=newest)
        view_ids = due.order_by("pk").values_list("pk", flat=True)
        one_by_one(view_ids, partial(send_report, now=now), failed="The report of view %s could not be sent.")


@transaction.atomic
def send_report(view_id: int, *, now: datetime) -> bool:
    """Write the mail of a view for this week or month, unless it is not due or was written; say whether it is new.

    Weeks and months begin where the person is. Figures are those of this moment, within the limit of this moment. Who
    does not see the insights any more gets none.
    """
    view = SavedView.objects.select_related("person").filter(pk=view_id).first()
    if view is None or not may_see_insights(view.person):
        return False
    zone = view.person.zone
    period = period_of(view.schedule, now.astimezone(zone).date())
    chosen_at = view.schedule_chosen_at
    if period is None or not is_due(period, chosen_on=chosen_at and chosen_at.astimezone(zone).date()):
        return False
    _row, is_new = SentReport.objects.get_or_create(view=view, period=period, defaults={"sent_at": now})
    if not is_new:
        return False
    with translation.override(view.person.language or settings.LANGUAGE_CODE):
        report = report_of(view, now=now)
        facts = {
            "name": display_name(view.person),
            "view": view,
            "scope": report.scope,
            "headlines": findings.headlines(report.insights),
            "mark": mark_for(view.person, now=now).sentence,
            "site_url": settings.SITE_URL,
        }
        queue_mail(
            key=f"report:{view.pk}:{period}",
            to=view.person.email,
            subject=_("Insights: %(view)s") % {"view": view.name},
            text=render_to_string("emails/report.txt", facts),
        )
    return True
