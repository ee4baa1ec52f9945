"""The hour before a webinar that the whole world has registered for: everybody's reminder, decided, written and rung for."""

import os
import statistics
import time
import tracemalloc
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from courses.webinars.models import Registration, Webinar, WebinarMail
from courses.webinars.services.mails import write_mails
from lms.accounts.models import User
from lms.celery import app
from lms.mail.models import OutgoingMail
from tests.factories.webinars import dated_webinar

RUNS = 3
ZONES = ("Asia/Kathmandu", "America/Sao_Paulo", "Europe/Athens", "Africa/Accra")


def registered_by(count: int, *, now: datetime) -> Webinar:
    """Return a webinar three days from now that so many people are registered for, who have all been told so."""
    webinar = dated_webinar(now=now)
    Webinar.objects.filter(pk=webinar.pk).update(time_zone="Europe/Athens")
    people = User.objects.bulk_create(
        User(email=f"{webinar.pk}-{n}@example.org", name=f"Learner {n}", password="!", time_zone=ZONES[n % 4])
        for n in range(count)
    )
    Registration.objects.bulk_create(
        Registration(webinar=webinar, person=person, made_at=now, look_at=now) for person in people
    )
    write_mails(now=now)
    OutgoingMail.objects.update(sent_at=now)
    return webinar


@pytest.fixture
def bell(monkeypatch, redis_url):
    """A real broker, which the worker's bell is rung through."""
    monkeypatch.setattr(app.conf, "broker_url", redis_url)
    return app


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [2_000, 10_000])
def test_seconds_to_remind_everybody(count, bell, record_figure):
    took, peaks, loads = [], [], []
    for run in range(RUNS + 1):
        now = timezone.now()
        webinar = registered_by(count, now=now)
        loads.append(os.getloadavg()[0])
        due = webinar.starts_at - timedelta(hours=24)
        if run == RUNS:  # watching memory slows, so it has a run of its own
            tracemalloc.start()
        began = time.perf_counter()
        assert write_mails(now=due) == count
        took.append(time.perf_counter() - began)
        if run == RUNS:
            peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
            tracemalloc.stop()
        assert WebinarMail.objects.filter(registration__webinar=webinar, kind="day").count() == count
    what = f"reminders for {count} registrations, written and rung for"
    record_figure(what, statistics.median(took[:RUNS]), "s", limit=60)
    record_figure(f"{what}, memory at its height", peaks[0], "MB")
    record_figure(f"{what}, the machine's load before", statistics.median(loads), f"on {os.cpu_count()} cores")
