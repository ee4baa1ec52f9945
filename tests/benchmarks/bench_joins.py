"""A thousand people who come to the door of a webinar in the minute before it begins."""

import http.client
import os
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import chain

import pytest
from django.db import connection
from django.utils import timezone

from courses.webinars.models import Join, Meeting, Registration, Webinar
from courses.webinars.services.following import follow_pages
from lms.accounts.models import User
from tests.benchmarks.bench_pages import session_cookie
from tests.benchmarks.server import Server, production_server
from tests.bigbluebutton import SECRET, meeting_server
from tests.factories.webinars import WebinarPageFactory

PEOPLE = 1000
AT_ONCE = 16  # open connections
DEAD = "a BigBlueButton that does not answer"
LINK = "https://meet.example.org/genes"


def come_in(server: Server, path: str, cookies: list[dict[str, str]]) -> list[tuple[float, int, str]]:
    """Have people come one after the other; return for each how long it took, the status, and where they were led."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    went = []
    for cookie in cookies:
        began = time.perf_counter()
        line.request("GET", path, headers=server.headers(cookie))
        answer = line.getresponse()
        answer.read()
        went.append((time.perf_counter() - began, answer.status, answer.headers.get("Location", "")))
    line.close()
    return went


@pytest.mark.parametrize("kind", ["any link", "BigBlueButton", DEAD])
def test_a_thousand_joins(kind, process_environment, tmp_path, record_figure):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    now = timezone.now()
    provider = "link" if kind == "any link" else "bigbluebutton"
    page = WebinarPageFactory(starts_at=now + timedelta(minutes=5), meeting_provider=provider, meeting_url=LINK)
    follow_pages(page.translation_key, now=now)
    webinar = Webinar.objects.get()
    people = User.objects.bulk_create(
        User(email=f"{number}@example.org", name="Bench Learner", country="NP", password="!")
        for number in range(PEOPLE)
    )
    Registration.objects.bulk_create(Registration(webinar=webinar, person=person, made_at=now) for person in people)
    cookies = [session_cookie(person) for person in people]
    is_dead = kind == DEAD
    with meeting_server() as meetings:
        meetings.mood, meetings.pause = "slow" if is_dead else "", 30
        if kind == "BigBlueButton":
            Meeting.objects.update(created="1700000000001")  # as the sweep leaves it half an hour before
        more = {"BIGBLUEBUTTON_URL": meetings.address, "BIGBLUEBUTTON_SECRET": SECRET}
        database = process_environment["DATABASE_URL"]
        with production_server(database, tmp_path, workers=2, threads=4, more=more) as server:
            load = os.getloadavg()[0]
            began = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as visitors:
                groups = [cookies[number::AT_ONCE] for number in range(AT_ONCE)]
                went = list(chain(*visitors.map(partial(come_in, server, f"{page.url}join"), groups)))
            seconds = time.perf_counter() - began
    led = Counter((status, place.partition("?")[0].partition("#")[0]) for _took, status, place in went)
    place = page.url if is_dead else {"link": LINK, "bigbluebutton": f"{meetings.address}api/join"}[provider]
    assert led == {(302, place): PEOPLE}
    assert Join.objects.count() == (0 if is_dead else PEOPLE)
    took = [one for one, _status, _place in went]
    record_figure(f"1,000 joins, {kind}", seconds, "s", limit=60)
    record_figure(f"1,000 joins, {kind}, 95th percentile", 1000 * statistics.quantiles(took, n=20)[-1], "ms")
    record_figure(f"1,000 joins, {kind}, the slowest", 1000 * max(took), "ms")
    record_figure(f"1,000 joins, {kind}, the machine's load before", load, f"on {os.cpu_count()} cores")
