"""Saved views by mail: once a week or month, with the figures and the limit of the moment."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from lms.accounts.models import InsightsLimit
from lms.accounts.roles import PROGRAMME_LEADS
from lms.dashboards.reports import services
from lms.dashboards.reports.models import SavedView, SentReport
from lms.dashboards.reports.rules import next_period, period_of
from lms.dashboards.reports.services import save_view, schedule_view, send_due_reports, send_report
from lms.mail.models import OutgoingMail
from tests.counts import count_up
from tests.factories.accounts import UserFactory
from tests.factories.catalogue import CourseFactory

MONDAY = datetime(2026, 11, 30, 5, tzinfo=UTC)
LONG_AGO = MONDAY - timedelta(days=100)
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
    view = save_view(person, name=name, filters=filters, now=LONG_AGO)
    schedule_view(view, schedule, now=LONG_AGO)
    return view


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def pdf_text(client, address: str) -> list[str]:
    return pages_of(client.get(address).content)


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.order_by("pk"))


@given(st.dates(), st.sampled_from(["weekly", "monthly"]))
def test_a_period_holds_its_day_and_begins_with_itself(today, schedule):
    start = period_of(schedule, today)
    assert start <= today < start + timedelta(days=7 if schedule == "weekly" else 31)
    assert period_of(schedule, start) == start
    assert start.weekday() == 0 if schedule == "weekly" else start.day == 1
    following = next_period(schedule, today)
    assert period_of(schedule, following) == following
    assert period_of(schedule, following - timedelta(days=1)) == start


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
    assert "(Year to November 2026 · Country: Ghana)" in mail.text
    assert f"Made for {lead.name} <{lead.email}> on 30 November 2026" in mail.text
    assert "/insights/?country=GH" in mail.text
    assert f"/insights/views/{view.pk}/report.pdf" in mail.text


def test_the_limit_of_the_moment_holds(lead, course):
    a_view(lead)
    InsightsLimit.objects.create(person=lead, country="NP")
    send_due_reports(now=MONDAY)
    [mail] = mails()
    assert "Enrolments: 25" in mail.text
    assert "Country: Nepal" in mail.text
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


def test_the_first_is_that_of_the_next_week_or_month(lead, course):
    view = a_view(lead, SavedView.Schedule.NEVER)
    wednesday = MONDAY + timedelta(days=2)
    assert str(schedule_view(view, "weekly", now=wednesday)) == "2026-12-07"
    send_due_reports(now=wednesday)
    assert mails() == []
    schedule_view(view, "weekly", now=MONDAY + timedelta(days=7))  # the same again puts nothing off
    send_due_reports(now=MONDAY + timedelta(days=7))
    assert len(mails()) == 1


@pytest.mark.parametrize(("zone", "hours"), [("Pacific/Kiritimati", -14), ("UTC", 0), ("Pacific/Pago_Pago", 11)])
def test_monday_begins_where_the_person_is(db, settings, course, zone, hours):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    a_view(a_lead(time_zone=zone))
    send_due_reports(now=MONDAY - timedelta(days=6))  # last week's
    begins = MONDAY.replace(hour=0) + timedelta(hours=hours)
    send_due_reports(now=begins - timedelta(minutes=1))
    assert len(mails()) == 1
    send_due_reports(now=begins)
    assert len(mails()) == 2


def test_what_the_page_withholds_the_mail_and_the_pdf_withhold(client, lead):
    course = CourseFactory()
    month = MONDAY.date().replace(day=1)
    count_up([((course.pk, country, month, "enrolled"), people) for country, people in (("GH", 7), ("NP", 25))])
    views = [a_view(lead, name="Few", country="GH"), a_view(lead, name="All")]
    send_due_reports(now=MONDAY)
    few, everything = mails()
    assert ("Enrolments: –" in few.text, "Enrolments: 32" in everything.text) == (True, True)
    client.force_login(lead)
    words = " ".join(" ".join(pdf_text(client, f"/insights/views/{view.pk}/report.pdf")) for view in views).split()
    assert "withheld" in words
    assert not {"7", "25"} & set(words)  # with 32 in all, 25 would tell the 7


def test_in_an_empty_world_a_report_says_so(client, lead):
    view = a_view(lead)
    send_due_reports(now=MONDAY)
    assert len(mails()) == 1
    client.force_login(lead)
    assert "Mine" in " ".join(pdf_text(client, f"/insights/views/{view.pk}/report.pdf"))


def test_a_deleted_view_takes_what_was_noted_of_it_along(client, lead, course):
    view = a_view(lead)
    send_due_reports(now=MONDAY)
    client.force_login(lead)
    client.post(f"/insights/views/{view.pk}/delete")
    assert not SentReport.objects.exists()
    assert send_report(view.pk, now=MONDAY) is False


def test_filters_that_are_gone_and_a_hostile_name_stop_nobody(lead, course):
    a_view(lead, name=HOSTILE, course="999999", country="XX")
    a_view(lead)
    send_due_reports(now=MONDAY)
    assert sorted(mail.subject for mail in mails()) == [f"Insights: {HOSTILE}", "Insights: Mine"]


def test_one_that_fails_does_not_hold_up_the_others(lead, course, monkeypatch):
    a_view(lead, name="A")
    a_view(lead, name="B")
    real = services.report_of

    def fails_for_a(view, **kwargs):
        if view.name == "A":
            raise RuntimeError
        return real(view, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(services, "report_of", fails_for_a)
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
    text = "".join(pages_of(answer.content))
    assert 'eval("x")' in text
    assert lead.email in text
    if language == "en":
        assert "Enrolments" in text


def test_a_name_in_a_script_without_a_font_still_makes_a_pdf(client, lead, course):
    view = a_view(lead, name="Ghana \U0001f711\U00010330\U0001e900\ue000 \u202e\u0007")
    client.force_login(lead)
    assert "Ghana ?" in " ".join(pdf_text(client, f"/insights/views/{view.pk}/report.pdf"))


def test_how_often_is_chosen_by_the_owner_alone(client, lead, course):
    view = a_view(lead, SavedView.Schedule.NEVER)
    client.force_login(lead)
    address = f"/insights/views/{view.pk}/schedule"
    assert "is sent to you by mail, next on 1 " in client.post(address, {"schedule": "monthly"}, follow=True).text
    client.post(address, {"schedule": "hourly"})
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
            return send_report(view.pk, now=MONDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(sweep, range(8))) == [False] * 7 + [True]
    assert (len(mails()), SentReport.objects.count()) == (1, 1)
