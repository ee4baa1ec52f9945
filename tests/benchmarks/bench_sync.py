"""The line comes back: phones that send what was done meanwhile, all in one minute, out of order and some of it twice.

A thousand of them; `PHONES=10000 make bench ARGS=bench_sync.py` has ten thousand come back.
"""

import http.client
import json
import os
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from random import Random

import pytest
from django.db import connection
from django.db.models import Sum
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.utils import timezone

from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage
from courses.progress.models import Completion, LessonProgress
from lms.accounts.models import User
from lms.measures.models import LessonDelta
from tests.benchmarks.bench_pages import session_cookie
from tests.benchmarks.server import HOST, Server, production_server
from tests.courses.offline.samples import batch, event
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import enrolled

PHONES, EVENTS = int(os.environ.get("PHONES", "1000")), 20
AT_ONCE = 16  # open connections
ROUNDS = 60
TOKEN = "a" * CSRF_SECRET_LENGTH
PLAIN = {"Accept-Encoding": "identity"}


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


def test_twenty_events_against_one(process_environment, tmp_path, record_figure):
    """Pairs of batches in turns, one after the other, so that whatever else the machine does falls on both."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    course, lessons = lessons_of(EVENTS + 3)
    people = learners(course, ROUNDS)
    pairs = []
    with production_server(process_environment["DATABASE_URL"], tmp_path, workers=2, threads=4) as server:
        for number, enrolment in enumerate(people):
            phone = Phone(server, enrolment)
            phone.send(lessons[:1])  # the first of all begins the course, whichever it is
            sizes = {1: lessons[1:2], EVENTS: lessons[2 : EVENTS + 2]}
            took = {size: phone.send(sizes[size]) for size in sorted(sizes, reverse=bool(number % 2))}
            pairs.append((took[1], took[EVENTS]))
    one, twenty = (statistics.median(took) for took in zip(*pairs, strict=True))
    record_figure("a batch of one lesson done, until it is answered", one, "ms")
    record_figure(f"a batch of {EVENTS} lessons done, until it is answered", twenty, "ms")
    ratio = statistics.median(many / few for few, many in pairs)
    record_figure(f"{EVENTS} events against one, median of {ROUNDS} pairs", ratio, "times", limit=1.3)


class Phone:
    """A device of somebody who is signed in, with an open line."""

    def __init__(self, server: Server, enrolment: Enrolment) -> None:
        self.person, self.headers = enrolment.learner, server.headers(headers_of(enrolment) | PLAIN)
        self.line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def send(self, pages: list[LessonPage]) -> float:
        """Return the milliseconds until a batch of lessons done is answered."""
        now = timezone.now()
        sent = batch(self.person, [event("done", page, at=now) for page in pages], sent_at=now)
        began = time.perf_counter()
        self.line.request("POST", "/my/sync/", body=sent, headers=self.headers)
        answer = json.loads(self.line.getresponse().read())
        took = 1000 * (time.perf_counter() - began)
        assert {told["state"] for told in answer["events"]} == {"accepted"}
        return took


def headers_of(enrolment: Enrolment) -> dict[str, str]:
    cookie = session_cookie(enrolment.learner)["Cookie"]
    of_form = {"X-CSRFToken": TOKEN, "Referer": f"https://{HOST}/", "Content-Type": "application/json"}
    return {"Cookie": f"{cookie}; csrftoken={TOKEN}", **of_form}


def batches_of(number: int, enrolment: Enrolment, lessons: list[LessonPage]) -> list[bytes]:
    """Return what a device sends: out of order, each fourth all of it twice, each eighth in parts that overlap."""
    now, chance = timezone.now(), Random(number)
    events = [event("done", lesson, at=now) for lesson in lessons]
    chance.shuffle(events)
    parts = [events[: EVENTS * 2 // 3], events[EVENTS // 3 :]] if number % 8 == 1 else [events]
    return [batch(enrolment.learner, part, sent_at=now) for part in parts * (2 if number % 4 == 0 else 1)]


def come_back(server: Server, phones: list[tuple[dict[str, str], list[bytes]]]) -> list[tuple[float, int]]:
    """Have phones send their batches, one after the other; how long each took, and its status."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    went = []
    for headers, batches in phones:
        for sent in batches:
            began = time.perf_counter()
            line.request("POST", "/my/sync/", body=sent, headers=server.headers(headers))
            answer = line.getresponse()
            answer.read()
            went.append((time.perf_counter() - began, answer.status))
    line.close()
    return went


def test_phones_come_back(process_environment, tmp_path, record_figure):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    course, lessons = lessons_of(EVENTS)
    phones = []
    for number, enrolment in enumerate(learners(course, PHONES)):
        phones.append((headers_of(enrolment), batches_of(number, enrolment, lessons)))
    with production_server(process_environment["DATABASE_URL"], tmp_path, workers=2, threads=4) as server:
        load = os.getloadavg()[0]
        began = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as senders:
            groups = [phones[number::AT_ONCE] for number in range(AT_ONCE)]
            went = list(chain(*senders.map(partial(come_back, server), groups)))
        seconds = time.perf_counter() - began
    assert Counter(status for _took, status in went) == {200: len(went)}
    # As one after another would have left it: every lesson once, every course complete once.
    assert set(Enrolment.objects.values_list("lessons_done", "state")) == {(EVENTS, Enrolment.State.COMPLETED)}
    assert LessonProgress.objects.exclude(done_at=None).count() == PHONES * EVENTS
    assert Completion.objects.count() == PHONES
    counted = LessonDelta.objects.aggregate(touched=Sum("touched"), done=Sum("done"))
    assert counted == {"touched": PHONES * EVENTS, "done": PHONES * EVENTS}
    record_figure(f"{PHONES:,} phones with {EVENTS} events each", seconds, "s", limit=60)
    took = [one for one, _status in went]
    record_figure("a batch, 95th percentile", 1000 * statistics.quantiles(took, n=20)[-1], "ms")
    record_figure("the machine's load before", load, f"on {os.cpu_count()} cores")
