"""A course taken along on a phone: read, worked through and handed in with no connection, and counted once it is back."""

import re
from uuid import uuid4

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import steps
from tests.browser.test_pages import EVERY_RULE, FIRST_VIEW_BYTES, fetch
from tests.services import Demo

pytestmark = pytest.mark.browser

COURSE = "cell-and-gene-therapy"
MOST_SCRIPT_BYTES = 15_000  # as served: what pages load for it, and the worker
SECRET = "a-long-enough-secret"


@pytest.fixture
def phone(demo: Demo, browser):
    context = browser.new_context(viewport={"width": 360, "height": 780})
    yield context
    context.close()


@pytest.fixture
def learner(demo: Demo, phone: BrowserContext) -> Page:
    """A page of somebody new who has just enrolled in the course."""
    page = phone.new_page()
    steps.sign_up(page, demo, f"offline-{uuid4().hex[:8]}@example.org", SECRET)
    steps.enrol(page, demo, COURSE, name="Demo Learner", country="KE")
    return page


def save_course(page: Page, demo: Demo) -> dict:
    """Save the course with one tap, and return its manifest."""
    page.goto(f"{demo.url}/courses/{COURSE}/")
    box = page.locator("[data-offline-course]")
    expect(box.locator("[data-save-offline]")).to_contain_text(re.compile(r"\d (kB|MB)"))
    box.locator("[data-save-offline]").click()
    expect(box).to_contain_text("Saved on")
    expect(box.locator("[data-remove-offline]")).to_be_visible()
    return page.request.get(demo.url + str(box.get_attribute("data-address"))).json()


def steps_of(course: dict) -> list[dict]:
    return sorted([*course["lessons"], *course["quizzes"]], key=lambda step: step["place"])


def open_saved(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("html[data-saved-page]")).to_be_attached()


def test_a_whole_course_is_taken_with_no_connection_and_the_certificate_arrives(demo, phone, learner):
    course = save_course(learner, demo)
    phone.set_offline(True)
    for step in steps_of(course):
        open_saved(learner, demo.url + step["url"])
        if step["kind"] == "quiz":
            steps.answer_quiz(learner, COURSE)
            expect(learner.locator("main")).to_contain_text("Your answers will be sent")
        else:
            steps.follow(learner, learner.locator("[data-action=done]"))
    expect(learner.locator("[data-offline-state]")).to_contain_text("Waiting to be sent")
    phone.set_offline(False)
    expect(learner.locator("[data-offline-state]")).to_contain_text("Everything you did is sent", timeout=15_000)
    learner.goto(f"{demo.url}/my/")
    expect(learner.locator("main")).to_contain_text("Complete since")
    learner.goto(f"{demo.url}/my/certificates/")
    download = learner.locator("[data-action=download-certificate]")
    steps.wait_for(lambda: bool(learner.reload() and download.count()), seconds=90, what="the certificate")


def test_a_saved_lesson_is_shown_without_asking_the_academy_and_breaks_no_policy(demo, phone, learner):
    course = save_course(learner, demo)
    complaints: list[str] = []
    learner.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    asked: list[str] = []

    def note(route):
        asked.append(route.request.url)
        route.continue_()

    # Also what the worker asks for itself: with a line, but for what it looks up once the page is shown.
    phone.route(lambda url: "/my/" not in url, note)
    open_saved(learner, demo.url + course["lessons"][0]["url"])
    learner.wait_for_load_state("networkidle")
    assert asked == []
    assert [text for text in complaints if "Content Security Policy" in text] == []
    learner.goto(f"{demo.url}/webinars/")
    assert asked  # so much for the test itself


def test_all_scripts_of_saved_courses_are_light(demo, learner):
    learner.goto(f"{demo.url}/courses/{COURSE}/")
    scripts = {"/offline-worker.js", *scripts_in(learner)}
    learner.goto(f"{demo.url}/my/profile/")
    scripts |= scripts_in(learner)
    weights = {script: fetch(demo.url + script, "")[1] for script in scripts}
    assert len(weights) == 3
    assert sum(weights.values()) <= MOST_SCRIPT_BYTES, weights


def scripts_in(page: Page) -> set[str]:
    sources = [script.get_attribute("src") for script in page.locator("script[src*=offline]").all()]
    return {str(source) for source in sources}


def test_a_saved_page_is_accessible_valid_and_light(demo, phone, learner, validate_html):
    course = save_course(learner, demo)
    quiz, lesson = course["quizzes"][0], course["lessons"][0]
    learner.goto(f"{demo.url}/my/profile/")  # a page of which the worker keeps nothing
    phone.set_offline(True)
    for path in (lesson["url"], quiz["url"], course["url"]):
        for width in (360, 1280):
            learner.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                learner.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                answer = learner.goto(demo.url + path)
                expect(learner.locator("html[data-saved-page]")).to_be_attached()
                assert Axe().run(learner, options=EVERY_RULE).response["violations"] == []
            overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert learner.evaluate(overflow) <= 0
        html = answer.text()
        assert validate_html(html) == []
        assert len(brotli.compress(html.encode(), quality=5)) <= FIRST_VIEW_BYTES


def test_a_lost_reply_loses_nothing_and_counts_once(demo, phone, learner):
    course = save_course(learner, demo)
    lesson = course["lessons"][0]
    phone.set_offline(True)
    open_saved(learner, demo.url + lesson["url"])
    steps.follow(learner, learner.locator("[data-action=done]"))
    sent: list[str] = []

    def lose_first_reply(route):
        if route.request.method == "POST":
            sent.append(route.request.post_data)
            if len(sent) == 1:
                route.fetch()
                return route.abort()
        return route.continue_()

    phone.route("**/my/sync/", lose_first_reply)
    phone.set_offline(False)
    expect(learner.locator("[data-offline-state]")).to_contain_text("Everything you did is sent", timeout=20_000)
    assert len(sent) >= 2
    again = learner.request.get(f"{demo.url}/my/offline/{course['id']}.json").json()
    assert again["lessons"][0]["done"] is True


def test_the_answers_of_a_quiz_survive_a_closed_page(demo, phone, learner):
    course = save_course(learner, demo)
    phone.set_offline(True)
    open_saved(learner, demo.url + course["quizzes"][0]["url"])
    choice = learner.locator("form[data-quiz] input[type=radio]").first
    choice.check()
    expect(learner.locator("[data-saving]")).to_have_text("Saved.", timeout=10_000)
    learner.close()
    page = phone.new_page()
    open_saved(page, demo.url + course["quizzes"][0]["url"])
    expect(page.locator("form[data-quiz] input[type=radio]").first).to_be_checked()


def test_signing_out_takes_the_pages_and_leaves_the_work(demo, phone, learner):
    course = save_course(learner, demo)
    lesson = course["lessons"][0]
    phone.set_offline(True)
    open_saved(learner, demo.url + lesson["url"])
    steps.follow(learner, learner.locator("[data-action=done]"))
    phone.route("**/my/sync/", lambda route: route.abort())  # connected, and nothing comes back
    phone.set_offline(False)
    learner.goto(f"{demo.url}/accounts/logout/")
    learner.locator("main form button[type=submit]").first.click()
    expect(learner.locator("a[href*='/accounts/login/']").first).to_be_visible()
    phone.set_offline(True)
    learner.goto(demo.url + lesson["url"])
    expect(learner.locator("h1")).to_have_text("You are offline")
    expect(learner.locator("main")).to_contain_text("No course is saved on this device")
    expect(learner.locator("[data-others-waiting]")).to_be_visible()


def test_another_page_without_a_connection_leads_to_what_is_saved(demo, phone, learner):
    course = save_course(learner, demo)
    phone.set_offline(True)
    learner.goto(f"{demo.url}/webinars/")
    expect(learner.locator("h1")).to_have_text("You are offline")
    steps.follow(learner, learner.get_by_role("link", name=course["title"]))
    expect(learner.locator("html[data-saved-page]")).to_be_attached()
    expect(learner.locator("main")).to_contain_text(course["lessons"][0]["title"])


def test_what_is_removed_from_the_phone_is_gone(demo, phone, learner):
    course = save_course(learner, demo)
    learner.locator("[data-remove-offline]").click()
    expect(learner.locator("[data-save-offline]")).to_be_visible()
    phone.set_offline(True)
    learner.goto(demo.url + course["lessons"][0]["url"])
    expect(learner.locator("h1")).to_have_text("You are offline")
