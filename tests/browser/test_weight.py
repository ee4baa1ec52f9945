"""What a page weighs, that its first screen needs no more than the page itself, and that nothing on it moves."""

import re
from contextlib import closing

import pytest
from compression_middleware.br import brotli_compress
from lxml.html import document_fromstring as parsed
from lxml.html import tostring
from playwright.sync_api import BrowserContext, Page

from courses.weight.rules import AROUND_BYTES, MOST_OF_A_PAGE
from tests.benchmarks.painting import COURSE, LEARNER, OBSERVE, PAGES, SLOWER
from tests.browser import steps
from tests.browser.relay import Relay, relay_to
from tests.browser.test_pages import fetch

pytestmark = pytest.mark.browser

# Bytes as they are served. What is counted on the line includes headers, and what the worker fetches for itself.
MOST_OF_FIRST_VISIT = 50_000
MOST_OF_RETURN = 3_000
MOST_SCRIPT = 15_000
SIZES = [(360, 780), (1280, 800)]
IS_KEPT = """async () => {
  const isThere = async (name) => (await (await caches.open(name)).keys()).length > 0;
  return (await isThere("offline-pages-1")) && (await isThere("offline-visited-1"));
}"""
each_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)


@pytest.fixture(scope="module")
def signed_in(demo, browser) -> dict:
    """What a browser keeps of the demo's learner: a context that begins with it is signed in, and has seen nothing yet."""
    with closing(browser.new_context()) as context:
        steps.sign_in(context.new_page(), demo, LEARNER)
        return context.storage_state()


@pytest.fixture
def phone(browser, signed_in):
    with closing(browser.new_context(viewport={"width": 360, "height": 780}, storage_state=signed_in)) as context:
        yield context


@pytest.fixture
def line(demo):
    with relay_to(int(demo.url.rpartition(":")[2])) as relay:
        yield relay


# -- Bytes --------------------------------------------------------------------------------------------------------


def cookies_of(phone: BrowserContext) -> str:
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in phone.cookies())


def lessons_of(demo, cookies: str) -> set[str]:
    course, _ = fetch(demo.url + COURSE, cookies)
    lessons = {path for path in re.findall(rf'href="({COURSE}[^"#]+/)"', course) if not path.endswith("/quiz/")}
    assert len(lessons) >= 10
    return lessons


def test_every_lesson_comes_with_its_style_in_the_first_ten_packets(demo, phone):
    cookies = cookies_of(phone)
    weights = {path: fetch(demo.url + path, cookies)[1] for path in lessons_of(demo, cookies)}
    assert {path: weight for path, weight in weights.items() if weight > MOST_OF_A_PAGE} == {}


def test_what_stands_around_a_text_is_what_authors_are_told(demo, phone):
    cookies = cookies_of(phone)
    around = {}
    for path in lessons_of(demo, cookies):
        html, weight = fetch(demo.url + path, cookies)
        (text,) = parsed(html).find_class("prose")
        around[path] = weight - len(brotli_compress(tostring(text)))
    assert 0.85 * AROUND_BYTES < max(around.values()) <= AROUND_BYTES, around


@each_page
def test_scripts_are_light(demo, phone, path):
    cookies = cookies_of(phone)
    html, _ = fetch(demo.url + path, cookies)
    scripts = {*re.findall(r'<script[^>]* src="([^"]+)"', html), "/offline-worker.js"}
    weights = {script: fetch(demo.url + script, cookies)[1] for script in scripts}
    assert sum(weights.values()) <= MOST_SCRIPT, weights


def visited(page: Page, line: Relay, path: str) -> int:
    """Open a page over the line, let the worker fetch what it wants, and return the bytes that took."""
    before = line.bytes_back
    page.goto(f"http://localhost:{line.port}{path}", wait_until="networkidle")
    steps.wait_for(lambda: page.evaluate(IS_KEPT), seconds=30, what="what the worker keeps")
    page.wait_for_load_state("networkidle")
    return line.bytes_back - before


@each_page
def test_a_first_visit_is_light_and_a_return_next_to_nothing(phone, line, path):
    page = phone.new_page()
    assert visited(page, line, path) <= MOST_OF_FIRST_VISIT
    assert 0 < visited(page, line, path) <= MOST_OF_RETURN


# -- The first screen ---------------------------------------------------------------------------------------------


def first_screen(page: Page, address: str) -> bytes:
    page.goto(address, wait_until="networkidle")
    return page.screenshot()


@each_page
@pytest.mark.parametrize("size", SIZES, ids=[f"{width} px" for width, _ in SIZES])
def test_first_screen_is_dressed_before_the_late_style_comes(demo, browser, signed_in, path, size):
    still = {"java_script_enabled": False, "reduced_motion": "reduce"}
    with closing(browser.new_context(storage_state=signed_in, **still)) as context:
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        whole = first_screen(page, demo.url + path)
        page.route("**/*.css", lambda route: route.abort())
        assert first_screen(page, demo.url + path) == whole


@each_page
def test_nothing_moves_while_a_page_comes_in(demo, phone, path):
    page = phone.new_page()
    page.add_init_script(OBSERVE)
    phone.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})  # it is painted in pieces
    page.goto(demo.url + path, wait_until="networkidle")
    assert page.evaluate("seen.shift") == 0
