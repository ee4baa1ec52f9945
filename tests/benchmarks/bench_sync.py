"""The line comes back: phones that send what was done meanwhile, all in one minute, some of it twice."""

import http.client
import os
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain

import pytest
from django.db import connection
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.utils import timezone

from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage
from courses.offline.forms import read_batch
from courses.offline.services import take_batch
from courses.progress.models import Completion
from lms.accounts.models import User
from lms.measures.models import LessonDelta
from tests.benchmarks.bench_pages import session_cookie
from tests.benchmarks.server import HOST, Server, production_server
from tests.courses.offline.samples import batch, event
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import enrolled

PHONES, EVENTS = 1000, 20
AT_ONCE = 16  # open connections
ROUNDS = 60
TOKEN = "a" * CSRF_SECRET_LENGTH


def lessons_of(count: int):
    course = course_with_lessons(count)
    return course, list(LessonPage.objects.descendant_of(course).order_by("path"))


def learners(course, count: int) -> list[Enrolment]:
    """Return enrolments of people in a course, under the contract that the first of them gets."""
    first = enrolled(course, now=timezone.now())
    people = User.objects.bulk_create(
        User(email=f"{number}@example.org", name="Bench Learner", country="NP", password="!")
        for number in range(count - 1)
    )
    same = {"run": first.run, "contract": first.contract, "country": "NP", "enrolled_at": first.enrolled_at}
    return [first, *Enrolment.objects.bulk_create(Enrolment(learner=person, **same) for person in people)]


@pytest.mark.django_db
def test_twenty_events_against_one(record_figure):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    course, lessons = lessons_of(2 * EVENTS + 2)
    took = {1: [], EVENTS: []}
    for enrolment in learners(course, ROUNDS):
        for number, pages in ((1, lessons[:1]), (EVENTS, lessons[1 : EVENTS + 1])):
            now = timezone.now()
            sent = batch(enrolment.learner, [event("done", page, at=now) for page in pages], sent_at=now)
            began = time.perf_counter()
            answers = take_batch(enrolment.learner, read_batch(sent), now=now)
            took[number].append(1000 * (time.perf_counter() - began))
            assert {answer.state for answer in answers} == {"accepted"}
    one, twenty = (statistics.median(took[number]) for number in (1, EVENTS))
    record_figure("a batch of one lesson done", one, "ms")
    record_figure(f"a batch of {EVENTS} lessons done", twenty, "ms")
    record_figure(f"{EVENTS} events against one", twenty / one, "times", limit=1.3)


def come_back(server: Server, phones: list[tuple[dict[str, str], bytes]]) -> list[tuple[float, int]]:
    """Have phones send their batch one after the other, each fourth of them twice; how long each took, and its status."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    went = []
    for number, (cookie, sent) in enumerate(phones):
        for _again in range(2 if number % 4 == 0 else 1):
            began = time.perf_counter()
            line.request("POST", "/my/sync/", body=sent, headers=server.headers(cookie))
            answer = line.getresponse()
            answer.read()
            went.append((time.perf_counter() - began, answer.status))
    line.close()
    return went


def test_a_thousand_phones_come_back(process_environment, tmp_path, record_figure):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    course, lessons = lessons_of(EVENTS)
    now = timezone.now()
    phones = []
    for enrolment in learners(course, PHONES):
        cookie = session_cookie(enrolment.learner)["Cookie"]
        headers = {"Cookie": f"{cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Referer": f"https://{HOST}/"}
        sent = batch(enrolment.learner, [event("done", lesson, at=now) for lesson in lessons], sent_at=now)
        phones.append(({**headers, "Content-Type": "application/json"}, sent))
    with production_server(process_environment["DATABASE_URL"], tmp_path, workers=2, threads=4) as server:
        load = os.getloadavg()[0]
        began = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as senders:
            groups = [phones[number::AT_ONCE] for number in range(AT_ONCE)]
            went = list(chain(*senders.map(partial(come_back, server), groups)))
        seconds = time.perf_counter() - began
    assert Counter(status for _took, status in went) == {200: len(went)}
    assert set(Enrolment.objects.values_list("lessons_done", flat=True)) == {EVENTS}
    assert Completion.objects.count() == PHONES
    assert sum(LessonDelta.objects.values_list("done", flat=True)) == PHONES * EVENTS
    record_figure(f"{PHONES:,} phones with {EVENTS} events each", seconds, "s", limit=60)
    took = [one for one, _status in went]
    record_figure("a batch, 95th percentile", 1000 * statistics.quantiles(took, n=20)[-1], "ms")
    record_figure("the machine's load before", load, f"on {os.cpu_count()} cores")
