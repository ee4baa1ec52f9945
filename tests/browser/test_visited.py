"""A page that was opened before is there again at once, whatever the line does; what is new on it is told."""

from contextlib import closing
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.benchmarks.painting import COURSE, LEARNER, LESSON, PAGES
from tests.browser import steps
from tests.browser.relay import Line, Relay, relay_to
from tests.services import Demo

pytestmark = pytest.mark.browser

# Puts in place of a kept page what it was before the academy changed it.
AGE = """async (path) => {
  const cache = await caches.open("offline-visited-1");
  const kept = await cache.match(path, { ignoreVary: true });
  const headers = new Headers(kept.headers);
  headers.set("ETag", "older");
  const text = (await kept.text()).replace(/<h1>.*?<.h1>/, "<h1>Older</h1>");
  await cache.put(path, new Response(text, { headers }));
}"""
KEPT = """async (name) => (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)"""


@pytest.fixture
def line(demo):
    with relay_to(int(demo.url.rpartition(":")[2])) as relay:
        yield relay


@pytest.fixture
def academy(demo, line) -> Demo:
    """The academy as it is reached over the line."""
    return replace(demo, url=f"http://localhost:{line.port}")


@pytest.fixture
def phone(browser, academy):
    with closing(browser.new_context(viewport={"width": 360, "height": 780})) as context:
        steps.sign_in(context.new_page(), academy, LEARNER)
        yield context


def visit(page: Page, address: str) -> None:
    """Open a page, and wait until the device keeps it."""
    page.goto(address, wait_until="networkidle")
    path = "/" + address.split("/", 3)[3]
    steps.wait_for(lambda: path in page.evaluate(KEPT, "offline-visited-1"), seconds=20, what=f"{path} on the device")


def opened(phone: BrowserContext, *addresses: str) -> Page:
    page = phone.pages[0]
    for address in addresses:
        visit(page, address)
    return page


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_opens_again_while_nothing_comes_back(academy, phone, line: Relay, path):
    page = opened(phone, academy.url + path)
    heading = page.locator("h1").text_content()
    line.line = Line.STALLED
    page.goto(academy.url + path, wait_until="commit", timeout=5_000)
    expect(page.locator("h1")).to_have_text(heading or "", timeout=5_000)
    expect(page.locator("[data-visited]")).to_contain_text("There is no connection", timeout=20_000)


@pytest.fixture
def older(academy, phone, line) -> Page:
    """A page of which the device keeps an older state, on a slow line."""
    page = opened(phone, f"{academy.url}/my/")
    page.evaluate(AGE, "/my/")
    line.line = Line.SLOW
    page.goto(f"{academy.url}/my/", wait_until="commit")
    expect(page.locator("h1")).to_have_text("Older")
    return page


def test_a_slow_line_brings_word_of_a_newer_page(older):
    expect(older.locator("[data-visited]")).to_contain_text("has changed since", timeout=20_000)
    older.locator("[data-visited] a").click()
    expect(older.locator("h1")).to_have_text("My learning")


def test_a_line_that_answers_is_waited_for(academy, older, line):
    line.line = Line.OPEN
    older.evaluate(AGE, "/my/")
    older.goto(f"{academy.url}/my/")
    expect(older.locator("h1")).to_have_text("My learning")


def test_a_reload_is_a_question_to_the_academy(older):
    older.evaluate(AGE, "/my/")
    older.reload()
    expect(older.locator("h1")).to_have_text("My learning")


def test_what_somebody_does_leaves_no_page_from_before_it(academy, phone, line):
    page = opened(phone, academy.url + COURSE, f"{academy.url}/my/")
    page.goto(f"{academy.url}/my/profile/")
    steps.follow(page, page.locator("main form button[type=submit]").first)
    assert page.evaluate(KEPT, "offline-visited-1") == []


def test_a_lesson_opened_for_the_first_time_makes_others_be_asked_for(academy, phone, line):
    page = opened(phone, f"{academy.url}/my/", academy.url + LESSON)
    assert page.evaluate(KEPT, "offline-visited-1") == [LESSON]


def test_signing_out_leaves_nothing_to_see(academy, phone, line):
    page = opened(phone, f"{academy.url}/my/")
    page.goto(f"{academy.url}/accounts/logout/")
    steps.follow(page, page.locator("main form button[type=submit]").first)
    line.line = Line.STALLED
    page.goto(f"{academy.url}/my/", wait_until="commit", timeout=20_000)
    expect(page.locator("h1")).to_have_text("You are offline", timeout=20_000)
