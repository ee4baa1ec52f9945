"""Each built-in course is walked from its first lesson to its last quiz, and ends with a certificate."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import steps
from tests.services import Demo

pytestmark = pytest.mark.browser

# test_journey.py walks the fourth, with and without script.
COURSES = ("foundations-of-genomic-medicine", "interpreting-variants-acmg-amp", "pharmacogenomics-in-practice")


@pytest.fixture(scope="module")
def learner(demo: Demo, browser: Browser) -> Iterator[Page]:
    """Somebody with an account, who loads no pictures: the walk is about the words and the controls."""
    with browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.route("**/*", _without_pictures)
        steps.sign_up(page, demo, f"walker-{uuid4().hex[:8]}@example.org", "a-long-enough-secret")
        yield page


def _without_pictures(route: Route) -> None:
    if route.request.resource_type in ("image", "media"):
        route.abort()
    else:
        route.continue_()


@pytest.mark.parametrize("course", COURSES)
def test_a_course_is_completed_by_what_its_pages_offer(demo, learner, course):
    steps.enrol(learner, demo, course, name="Demo Walker", country="KE")
    learner.goto(f"{demo.url}/courses/{course}/")
    asked = learner.locator("#syllabus .lessons li").count()
    assert steps.study_to_the_end(learner, demo, course) > asked / 2
    learner.goto(f"{demo.url}/courses/{course}/")
    expect(learner.locator("main")).to_contain_text("You have completed this course")
    title = learner.locator("h1").inner_text()
    learner.goto(f"{demo.url}/my/certificates/")
    download = learner.locator("main li, main tr, main article", has_text=title).locator(
        "[data-action=download-certificate]"
    )
    steps.wait_for(lambda: bool(learner.reload() and download.count()), seconds=90, what="the certificate")
