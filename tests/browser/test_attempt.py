"""A quiz left in the middle and come back to, and one against the clock."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps
from tests.services import Demo

pytestmark = pytest.mark.browser

COURSE = "cell-and-gene-therapy"
SECONDS = 8  # that the clock is set to run, long enough to see it


@pytest.fixture
def learner(demo: Demo, browser: Browser) -> Iterator[Page]:
    """Somebody new to the course, on its first quiz."""
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        yield context.new_page()


def at_the_first_quiz(page: Page, demo: Demo, person: str) -> str:
    """Sign in, and enrol if need be; return the address of the course's first quiz."""
    steps.sign_in(page, demo, person)
    page.goto(f"{demo.url}/courses/{COURSE}/")
    if page.locator("[data-action=enrol]").count():
        steps.enrol(page, demo, COURSE, name="Demo Learner", country="GH")
        page.goto(f"{demo.url}/courses/{COURSE}/")
    path = page.locator("#syllabus a[href$='/quiz/']").first.get_attribute("href")
    return f"{demo.url}{path}"


def test_what_is_filled_in_is_saved_by_itself_and_there_after_coming_back(demo, learner):
    quiz = at_the_first_quiz(learner, demo, "learner2@example.org")
    learner.goto(quiz)
    option = learner.locator("form[data-quiz] input[type=radio]").nth(1)
    option.check()
    expect(learner.locator("[data-saving]")).to_have_text("Saved.")
    learner.goto(f"{demo.url}/my/")
    learner.goto(quiz)
    expect(learner.locator("form[data-quiz] input[type=radio]").nth(1)).to_be_checked()


def test_on_a_broken_line_it_says_so_and_saves_once_the_line_is_back(demo, learner):
    quiz = at_the_first_quiz(learner, demo, "finisher@example.org")
    learner.goto(quiz)
    learner.context.set_offline(True)
    learner.locator("form[data-quiz] input[type=radio]").first.check()
    expect(learner.locator("[data-saving]")).to_contain_text("Not saved yet")
    learner.context.set_offline(False)
    expect(learner.locator("[data-saving]")).to_have_text("Saved.", timeout=30_000)  # it tries again every 15 s
    learner.reload()
    expect(learner.locator("form[data-quiz] input[type=radio]").first).to_be_checked()


def test_when_time_is_up_the_form_is_handed_in_by_itself(demo, learner):
    address = at_the_first_quiz(learner, demo, "learner@example.org")
    slug = address.rsplit("/courses/")[-1]
    of_the_quiz = (
        "from courses.assessments.models import Attempt, QuizPage; from datetime import timedelta;"
        "from django.utils import timezone;"
        f"quiz = next(q for q in QuizPage.objects.all() if q.url and q.url.endswith('{slug}'));"
    )
    demo.manage("shell", "-c", f"{of_the_quiz} QuizPage.objects.filter(pk=quiz.pk).update(time_limit_minutes=20)")
    try:
        learner.goto(address)
        assert Axe().run(learner).response["violations"] == []
        learner.locator("[data-action=begin-quiz]").click()
        expect(learner.locator("[data-clock]")).to_have_text(re.compile(r"(20:00|19:5\d)"))
        assert Axe().run(learner).response["violations"] == []
        learner.locator("form[data-quiz] input[type=radio]").first.check()
        expect(learner.locator("[data-saving]")).to_have_text("Saved.")
        soon = f"due_at=timezone.now() + timedelta(seconds={SECONDS})"
        demo.manage("shell", "-c", f"{of_the_quiz} Attempt.objects.open().exclude(due_at=None).update({soon})")
        learner.goto(address)
        expect(learner).to_have_url(re.compile(r"/my/attempts/\d+/$"), timeout=20_000)
        expect(learner.locator("h1")).to_be_visible()
    finally:
        demo.manage("shell", "-c", f"{of_the_quiz} QuizPage.objects.filter(pk=quiz.pk).update(time_limit_minutes=None)")
