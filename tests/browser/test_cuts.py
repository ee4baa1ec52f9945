"""A line that breaks in five ways while a learner works: nothing is lost, nothing counts twice.

Each way with a few phones and rounds; CUTS=25 makes it 200 of each, on eight phones.
"""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from deploy.system_programs import find_program
from tests.browser import steps
from tests.browser.relay import Line, Relay, relay_to
from tests.services import CHROMIUM_OPTIONS, Demo

pytestmark = pytest.mark.browser

LEARNER = "learner@example.org"
COURSE = "/courses/foundations-of-genomic-medicine/"
LESSON = f"{COURSE}genome-and-variation/what-a-genome-is/"
ROUNDS = int(os.environ.get("CUTS", "2"))
PHONES = 8 if ROUNDS > 2 else 2
MOST_WORK = 3  # of a phone in a round
PATIENCE = 60  # seconds

# How a page hands over work: as the form of a lesson does.
DONE = (
    """(path) => fetch(path, { method: "POST", body: new URLSearchParams(), redirect: "manual" }).then((a) => a.type)"""
)


@pytest.fixture
def line(demo) -> Iterator[Relay]:
    with relay_to(int(demo.url.rpartition(":")[2])) as relay:
        yield relay


def through(line: Relay, demo: Demo) -> Demo:
    return replace(demo, url=f"http://localhost:{line.port}")


@contextmanager
def phones(browser, count: int, academy: Demo) -> Iterator[list[Page]]:
    """Yield open pages of devices on which one person has saved the course."""
    with ExitStack() as stack:
        first = stack.enter_context(closing(browser.new_context()))
        steps.sign_in(first.new_page(), academy, LEARNER)
        state = first.storage_state()
        contexts = [stack.enter_context(closing(browser.new_context(storage_state=state))) for _ in range(count)]
        yield [saved(context, academy) for context in contexts]


def saved(context: BrowserContext, academy: Demo) -> Page:
    page = context.pages[0] if context.pages else context.new_page()
    page.goto(f"{academy.url}{COURSE}")
    page.locator("[data-save-offline]").click()
    expect(page.locator("[data-remove-offline]")).to_be_visible(timeout=30_000)
    page.goto(f"{academy.url}{LESSON}")
    page.wait_for_function("navigator.serviceWorker.controller")
    return page


def work(page: Page, lesson: int, chance: Random) -> int:
    """Mark a lesson as done a few times; return how often the page was told that it is safe."""
    return sum(
        page.evaluate(DONE, f"/my/lessons/{lesson}/done") == "opaqueredirect"
        for _ in range(chance.randint(1, MOST_WORK))
    )


def all_sent(pages: list[Page]) -> None:
    for page in pages:
        steps.wait_until_sent(page, seconds=PATIENCE)


def asked(demo: Demo, query: str) -> int:
    with closing(sqlite3.connect(f"file:{demo.var / 'db.sqlite3'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchone()[0]


def events_had(demo: Demo) -> int:
    person = f"(SELECT id FROM accounts_user WHERE email = '{LEARNER}')"
    return asked(demo, f"SELECT count(*) FROM offline_syncedevent WHERE kind = 'done' AND person_id = {person}")


def lesson_number(demo: Demo) -> int:
    return asked(demo, f"SELECT id FROM wagtailcore_page WHERE url_path = '/home{LESSON}'")


def flap(line: Relay, chance: Random, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        line.line = chance.choice([Line.OPEN, Line.CUT, Line.LOSING])
        time.sleep(chance.uniform(0.01, 0.3))  # how bad a line is


def break_line(case: str, line: Relay, chance: Random) -> threading.Thread:
    """Break the line in one way for a random while; it is whole once the thread has ended."""

    def run() -> None:
        if case == "flapping":
            flap(line, chance, seconds=chance.uniform(0.5, 3))
        else:
            time.sleep(chance.uniform(0, 0.5))
            line.line = {"offline": Line.CUT, "lost reply": Line.LOSING, "lie-fi": Line.STALLED}[case]
            time.sleep(chance.uniform(0.5, 4))
        line.line = Line.OPEN

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("case", ["offline", "flapping", "lost reply", "lie-fi"])
def test_nothing_is_lost_and_nothing_counts_twice(case, browser, demo, line):
    chance, lesson = Random(case), lesson_number(demo)
    with phones(browser, PHONES, through(line, demo)) as pages:
        all_sent(pages)
        before, told = events_had(demo), 0
        for _round in range(ROUNDS):
            broken = break_line(case, line, chance)
            told += sum(work(page, lesson, chance) for page in pages)
            broken.join()
            told += sum(work(page, lesson, chance) for page in pages[:1])
            all_sent(pages)
            assert events_had(demo) - before == told
    if case == "lost reply":
        assert line.replies_lost
    assert told >= ROUNDS * PHONES


def test_a_browser_that_is_killed_has_lost_nothing(browser, demo, line, tmp_path):
    chance, lesson, academy = Random("restart"), lesson_number(demo), through(line, demo)
    with own_browser(browser, tmp_path) as context:
        steps.sign_in(context.pages[0], academy, LEARNER)
        saved(context, academy)
    before, told = events_had(demo), 0
    for _round in range(ROUNDS * PHONES):
        with own_browser(browser, tmp_path) as context:
            page = context.pages[0]
            page.goto(f"{academy.url}{LESSON}")
            page.wait_for_function("navigator.serviceWorker.controller")
            all_sent([page])
            assert events_had(demo) - before == told
            line.line = chance.choice([Line.CUT, Line.LOSING, Line.STALLED])
            told += work(page, lesson, chance)
            kill_browser_of(tmp_path)
            line.line = Line.OPEN
    with own_browser(browser, tmp_path) as context:
        context.pages[0].goto(f"{academy.url}{LESSON}")
        context.pages[0].wait_for_function("navigator.serviceWorker.controller")
        all_sent(context.pages)
    assert events_had(demo) - before == told >= ROUNDS * PHONES


@contextmanager
def own_browser(browser, folder: Path) -> Iterator[BrowserContext]:
    """Yield a browser that keeps what it knows in a folder, as on a phone."""
    context = browser.browser_type.launch_persistent_context(
        folder / "profile", executable_path=find_program("chromium"), args=CHROMIUM_OPTIONS
    )
    try:
        yield context
    finally:
        with suppress(Exception):  # it may have been killed
            context.close()


def kill_browser_of(folder: Path) -> None:
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if f"--user-data-dir={folder}".encode() in command.read_bytes():
                os.kill(int(command.parent.name), signal.SIGKILL)
