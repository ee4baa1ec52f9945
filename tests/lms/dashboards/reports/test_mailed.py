"""Saved views by mail: once a week or month, with the figures and the limit of the moment."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from lms.accounts.models import InsightsLimit
from lms.accounts.roles import PROGRAMME_LEADS
from lms.dashboards.reports import services
from lms.dashboards.reports.models import SavedView, SentReport
from lms.dashboards.reports.rules import period_of
from lms.dashboards.reports.services import save_view, send_due_reports, send_report
from lms.mail.models import OutgoingMail
from tests.counts import count_up
from tests.factories.accounts import UserFactory
from tests.factories.catalogue import CourseFactory

MONDAY = datetime(2026, 11, 30, 5, tzinfo=UTC)
HOSTILE = '=1+1 #eval("x") *b* \\ $x$ <b>&'


@pytest.fixture
def lead(db, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return a_lead()


def a_lead(**fields):
    lead = UserFactory(**fields)
    lead.groups.add(Group.objects.get(name=PROGRAMME_LEADS))
    return lead


@pytest.fixture
def course(db):
    course = CourseFactory()
    month = MONDAY.date().replace(day=1)
    count_up([((course.pk, country, month, "enrolled"), people) for country, people in (("GH", 40), ("NP", 25))])
    return course


def a_view(person, schedule=SavedView.Schedule.WEEKLY, name="Mine", **filters) -> SavedView:
    view = save_view(person, name=name, filters=filters, now=MONDAY)
    SavedView.objects.filter(pk=view.pk).update(schedule=schedule)
    view.refresh_from_db()
    return view


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.order_by("pk"))


@given(st.dates(), st.sampled_from(["weekly", "monthly"]))
def test_a_period_holds_its_day_and_begins_with_itself(today, schedule):
    start = period_of(schedule, today)
    assert start <= today < start + timedelta(days=7 if schedule == "weekly" else 31)
    assert period_of(schedule, start) == start
    assert start.weekday() == 0 if schedule == "weekly" else start.day == 1


def test_each_week_one_mail_however_often_the_sweep_runs(lead, course):
    a_view(lead)
    for hours in (0, 1, 24, 6 * 24):
        send_due_reports(now=MONDAY + timedelta(hours=hours))
    assert [mail.to for mail in mails()] == [lead.email]
    send_due_reports(now=MONDAY + timedelta(days=7))
    assert [mail.to for mail in mails()] == [lead.email] * 2


def test_after_a_pause_only_the_present_month_is_sent(lead, course):
    a_view(lead, SavedView.Schedule.MONTHLY)
    send_due_reports(now=MONDAY)
    send_due_reports(now=MONDAY + timedelta(days=200))
    assert [str(one.period) for one in SentReport.objects.order_by("period")] == ["2026-11-01", "2027-06-01"]


def test_the_mail_tells_what_the_page_tells(lead, course):
    view = a_view(lead, country="GH")
    send_due_reports(now=MONDAY)
    [mail] = mails()
    assert (mail.subject, "Enrolments: 40" in mail.text) == ("Insights: Mine", True)
    assert "/insights/?country=GH" in mail.text
    assert f"/insights/views/{view.pk}/report.pdf" in mail.text


def test_the_limit_of_the_moment_holds(lead, course):
    a_view(lead)
    InsightsLimit.objects.create(person=lead, country="NP")
    send_due_reports(now=MONDAY)
    [mail] = mails()
    assert "Enrolments: 25" in mail.text
    assert "65" not in mail.text


def test_who_no_longer_leads_or_was_shut_out_gets_nothing(lead, course):
    a_view(lead)
    a_view(a_lead(is_active=False))
    lead.groups.clear()
    send_due_reports(now=MONDAY)
    assert mails() == []
    assert not SentReport.objects.exists()


def test_what_nobody_asked_for_is_not_sent(lead, course):
    a_view(lead, SavedView.Schedule.NEVER)
    send_due_reports(now=MONDAY)
    assert mails() == []


def test_filters_that_are_gone_and_a_hostile_name_stop_nobody(lead, course):
    a_view(lead, name=HOSTILE, course="999999", country="XX")
    a_view(lead)
    send_due_reports(now=MONDAY)
    assert sorted(mail.subject for mail in mails()) == [f"Insights: {HOSTILE}", "Insights: Mine"]


def test_one_that_fails_does_not_hold_up_the_others(lead, course, monkeypatch):
    a_view(lead, name="A")
    a_view(lead, name="B")
    real = services.insights_of

    def fails_for_a(view, **kwargs):
        if view.name == "A":
            raise RuntimeError
        return real(view, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(services, "insights_of", fails_for_a)
        send_due_reports(now=MONDAY)
    assert [mail.subject for mail in mails()] == ["Insights: B"]
    send_due_reports(now=MONDAY)
    assert [mail.subject for mail in mails()] == ["Insights: B", "Insights: A"]


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_a_view_as_a_pdf_says_what_the_page_says(client, lead, course, language):
    view = a_view(lead, name=HOSTILE)
    client.force_login(lead)
    prefix = "" if language == "en" else f"/{language}"
    answer = client.get(f"{prefix}/insights/views/{view.pk}/report.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert 'eval("x")' in text
    assert lead.email in text
    if language == "en":
        assert "Enrolments" in text


def test_how_often_is_chosen_by_the_owner_alone(client, lead, course):
    view = a_view(lead, SavedView.Schedule.NEVER)
    client.force_login(lead)
    client.post(f"/insights/views/{view.pk}/schedule", {"schedule": "monthly"})
    client.post(f"/insights/views/{view.pk}/schedule", {"schedule": "hourly"})
    view.refresh_from_db()
    assert view.schedule == "monthly"
    client.force_login(a_lead())
    assert client.post(f"/insights/views/{view.pk}/schedule", {"schedule": ""}).status_code == 404
    assert client.get(f"/insights/views/{view.pk}/report.pdf").status_code == 404


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_send_one_mail(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    view, start = a_view(a_lead()), Barrier(8)

    def sweep(_number):
        try:
            start.wait()
            return send_report(SavedView.objects.select_related("person").get(pk=view.pk), now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(sweep, range(8))) == [False] * 7 + [True]
    assert (len(mails()), SentReport.objects.count()) == (1, 1)
