"""What a page weighs, and that its first screen needs no more than the page itself."""

import pytest
from playwright.sync_api import Page

from tests.benchmarks.painting import LEARNER, PAGES
from tests.browser import steps

pytestmark = pytest.mark.browser

SIZES = [(360, 780), (1280, 800)]


@pytest.fixture(scope="module")
def signed_in(demo, browser) -> dict:
    """What a browser keeps of the demo's learner: a context that begins with it is signed in, and has seen nothing yet."""
    context = browser.new_context()
    steps.sign_in(context.new_page(), demo, LEARNER)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def plain_page(browser, signed_in):
    """A page in which nothing moves by itself: without script and transitions."""
    context = browser.new_context(storage_state=signed_in, java_script_enabled=False, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def first_screen(page: Page, address: str) -> bytes:
    page.goto(address, wait_until="networkidle")
    return page.screenshot()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("size", SIZES, ids=[f"{width} px" for width, _ in SIZES])
def test_first_screen_is_dressed_before_the_late_style_comes(demo, plain_page, path, size):
    plain_page.set_viewport_size({"width": size[0], "height": size[1]})
    whole = first_screen(plain_page, demo.url + path)
    plain_page.route("**/*.css", lambda route: route.abort())
    assert first_screen(plain_page, demo.url + path) == whole
