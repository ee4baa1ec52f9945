"""Seats that everybody wants: applications at one moment, and a long list that is seated in one transaction."""

import os
import statistics
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from lms.access.models import Application
from lms.access.rules.decisions import Review
from lms.access.services.decisions import record_decision
from lms.access.services.pools import open_pool
from lms.access.services.seats import settle_pool
from lms.accounts.models import User
from tests.applicants import rush

RUNS = 3
DAY = timedelta(days=1)


def a_pool(capacity, *, opened_days_ago=1):
    now = timezone.now()
    opens_at = now - opened_days_ago * DAY
    return open_pool(
        capacity=capacity,
        share=Decimal("0.4"),
        opens_early_at=opens_at - 8 * DAY,
        opens_at=opens_at,
        releases_at=opens_at + 20 * DAY,
        starts_at=opens_at + 30 * DAY,
        labels={"en": {"title": "A webinar", "path": "/"}},
        now=now,
    )


def everybody(count, name):
    people = User.objects.bulk_create(User(email=f"{name}-{n}@example.org", password="!") for n in range(count))
    return [person.pk for person in people]


@pytest.mark.parametrize("processes", [1, 8])
def test_applications_per_second(processes, process_environment, record_figure):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    rates, slow, loads = [], [], []
    for run in range(RUNS):
        pool, people = a_pool(50), everybody(500, f"{processes}-{run}")
        for person in User.objects.filter(pk__in=people[::5]):
            record_decision(person, country="DE", review=Review.APPROVE, now=timezone.now())
        loads.append(os.getloadavg()[0])
        went = rush(pool.pk, people, processes=processes, environment=process_environment)
        rates.append(500 / went.seconds)
        slow.append(1000 * statistics.quantiles(went.each, n=20)[-1])
        assert Application.objects.filter(pool=pool).exclude(seat=None).count() == 50
    what = f"500 applications for 50 seats, processes: {processes}"
    record_figure(f"{what}, at least 150", statistics.median(rates), "per second")
    record_figure(f"{what}, 95th percentile", statistics.median(slow), "ms", limit=1000)
    record_figure(f"{what}, the machine's load before", statistics.median(loads), f"on {os.cpu_count()} cores")


@pytest.mark.django_db
@pytest.mark.parametrize("capacity", [500, 5000])
def test_milliseconds_to_seat_a_list_of_5000(capacity, record_figure):
    took = []
    for run in range(RUNS):
        pool = a_pool(capacity, opened_days_ago=-1)
        Application.objects.bulk_create(
            Application(
                pool=pool,
                person_id=pk,
                number=number,
                joined_at=timezone.now(),
                is_priority=number % 3 == 0,
                open_key=f"0{pk * 7919 % 100_003:010}",
                reserved_key=f"1{number:010}",
            )
            for number, pk in enumerate(everybody(5000, f"refill{run}-{capacity}"))
        )
        began = time.perf_counter()
        settle_pool(pool.pk, now=timezone.now() + 2 * DAY)
        took.append(1000 * (time.perf_counter() - began))
        assert Application.objects.filter(pool=pool, state="held").count() >= capacity * 0.9
    record_figure(f"a list of 5,000 seated, {capacity} seats", statistics.median(took), "ms", limit=1000)
