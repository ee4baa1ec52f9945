"""A course is edited while people study it: every number that anybody is shown agrees, before, on the way and after."""

import csv
import io
import re
from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import editing, steps
from tests.services import Demo

pytestmark = pytest.mark.browser

COURSE, TITLE = "pharmacogenomics-in-practice", "Pharmacogenomics in practice"
QUESTION = "pgx-m1-q1"  # one of its own that is published
APPOINT = (
    "from courses.catalogue.models import Course, CourseTeamMember; from lms.accounts.models import User;"
    f"course, teacher = Course.objects.get(title='{TITLE}'), User.objects.get(email='instructor@example.org');"
    "CourseTeamMember.objects.get_or_create(course=course, member=teacher, defaults={'appointed_by': teacher})"
)
FIGURES = re.compile(r"Lessons done: (\d+) of (\d+)\. Quizzes passed: (\d+) of (\d+)\.")


@dataclass(frozen=True)
class Figures:
    """How far somebody is in the course, as a page says it."""

    done: int
    lessons: int
    passed: int
    quizzes: int

    @property
    def percent(self) -> int:
        return 100 * (self.done + self.passed) // (self.lessons + self.quizzes)


# -- The sides: each returns the figures of one learner, as often as it says them; a further side is one line in SIDES -


def on_the_course_page(learner: Page, demo: Demo) -> list[Figures]:
    learner.goto(f"{demo.url}/courses/{COURSE}/")
    return figures_in(learner)


def in_my_learning(learner: Page, demo: Demo) -> list[Figures]:
    learner.goto(f"{demo.url}/my/")
    found = figures_in(learner)
    if found and learner.locator(".ideogram-label").count():
        assert f"{found[0].percent} %" in learner.locator(".ideogram-label").first.inner_text()
    return found


def on_a_lesson(learner: Page, demo: Demo) -> list[Figures]:
    learner.goto(f"{demo.url}/courses/{COURSE}/")
    steps.follow(learner, learner.locator("#syllabus .lessons a").first)
    return figures_in(learner)


SIDES = (on_the_course_page, in_my_learning, on_a_lesson)


def figures_in(page: Page) -> list[Figures]:
    """Return every figure that a page holds: in its text, and in the words of its drawings."""
    labels = page.locator(".ideogram[role=img]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    text = " ".join(page.locator("main").inner_text().split())
    return [Figures(*map(int, numbers)) for numbers in FIGURES.findall(" ".join([text, *labels]))]


def in_teaching(teacher: Page, demo: Demo, name: str) -> list[Figures]:
    """Return what the course's teacher sees of one learner, on the page and in the file."""
    teacher.goto(f"{demo.url}/teach/")
    steps.follow(teacher, teacher.locator("main tr, main li", has_text=TITLE).locator("a").first)
    address = teacher.url.split("?")[0]
    teacher.goto(f"{address}?q={quote(name)}")
    (cells,) = teacher.locator("tbody tr").evaluate_all("rows => rows.map(row => [...row.cells].map(c => c.innerText))")
    shown = [tuple(map(int, pair)) for cell in cells for pair in re.findall(r"^\s*(\d+) of (\d+)\s*$", cell)]
    file = teacher.context.request.get(f"{address.rstrip('/')}.csv?q={quote(name)}").text().removeprefix("\ufeff")
    (row,) = list(csv.reader(io.StringIO(file)))[1:]
    in_file = [tuple(map(int, pair)) for cell in row for pair in re.findall(r"^(\d+) / (\d+)$", cell)]
    return [Figures(*lessons, *quizzes) for lessons, quizzes in (shown, in_file)]


def agreed(learner: Page, demo: Demo, teacher: Page) -> Figures:
    """Return the figures of a learner, the same on every side."""
    said = {side.__name__: set(side(learner, demo)) for side in SIDES}
    learner.goto(f"{demo.url}/my/profile/")
    said[in_teaching.__name__] = set(in_teaching(teacher, demo, learner.locator("input[name=name]").input_value()))
    assert all(said.values()), f"a side says nothing: {said}"
    (figures,) = set.union(*said.values())
    return figures


def in_insights(lead: Page, demo: Demo) -> tuple[int, int, int]:
    """Return how often the course was begun, completed and certified, and hold the counts against a recount of all rows."""
    answer = lead.context.request.get(f"{demo.url}/insights/courses.csv")
    rows = {row[0]: row[1:4] for row in csv.reader(io.StringIO(answer.text().removeprefix("\ufeff")))}
    assert "equal a recount" in demo.manage("check_rollups")
    enrolled, completed, certified = map(int, rows[TITLE])
    return enrolled, completed, certified


def on_the_certificate(learner: Page, demo: Demo) -> int:
    """Return how many lessons the learner's certificate states, once the worker has made it."""
    learner.goto(f"{demo.url}/my/certificates/")
    public = learner.locator("main a", has_text="Public page")
    steps.wait_for(lambda: bool(learner.reload() and public.count()), seconds=90, what="the certificate")
    steps.follow(learner, public.first)
    return int(re.search(r"(\d+) lessons", learner.locator("main").inner_text())[1])


# -- The journey --------------------------------------------------------------------------------------------------


@pytest.fixture
def people(demo: Demo, browser: Browser):
    """Sign somebody in: people("editor@example.org"); people() signs up a learner and enrols them."""
    contexts = []

    def come(address: str = "") -> Page:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        page = contexts[-1].new_page()
        if address:
            steps.sign_in(page, demo, address)
        else:
            word = uuid4().hex[:8]
            steps.sign_up(page, demo, f"edited-{word}@example.org", "a-long-enough-secret")
            steps.enrol(page, demo, COURSE, name=f"Demo Reader {word}", country="KE")
        return page

    yield come
    for context in contexts:
        context.close()


def test_a_course_is_edited_while_people_study_it(demo: Demo, people):
    editor, lead, teacher = (people(f"{who}@example.org") for who in ("editor", "lead", "instructor"))
    demo.manage("shell", "-c", APPOINT)
    begun, completed, certified = in_insights(lead, demo)
    learner = people()
    start = agreed(learner, demo, teacher)
    assert (start.done, start.passed) == (0, 0)
    for _lesson in range(2):
        learner.goto(f"{demo.url}/courses/{COURSE}/")
        steps.follow(learner, learner.locator("[data-action=go-on]"))
        steps.follow(learner, learner.locator("[data-action=done]"))
    before = replace(start, done=2)
    assert agreed(learner, demo, teacher) == before

    course = editing.course_id(editor, demo, TITLE)
    first, second, *_others = editing.children_of(editor, demo, course).values()
    lessons = editing.children_of(editor, demo, first)
    (quiz,) = [page_id for title, page_id in lessons.items() if "uiz" in title]
    read, also_read, unread = [page_id for page_id in lessons.values() if page_id != quiz]

    # Adding, sorting and making optional what was read: nothing changes for who is under way.
    editing.add_lesson(editor, demo, first, title="Added while people study")
    assert agreed(learner, demo, teacher) == before
    learner.goto(f"{demo.url}/courses/{COURSE}/")
    added = learner.locator("#syllabus .lessons li", has_text="Added while people study")
    expect(added).to_contain_text("New since you enrolled · not required")
    editing.put_below_the_next(editor, demo, first, read)
    editing.make_optional(editor, demo, also_read)
    assert agreed(learner, demo, teacher) == before
    # Taking down what was read keeps it; taking down what was not asks for less.
    editing.take_off_line(editor, demo, read)
    assert agreed(learner, demo, teacher) == before
    editing.take_off_line(editor, demo, unread)
    assert agreed(learner, demo, teacher) == replace(before, lessons=start.lessons - 1)
    # A quiz replaced by another: the old one blocks nobody, the new one is asked only of those to come.
    editing.delete(editor, demo, quiz)
    editing.add_quiz(editor, demo, first, title="Another quiz", question=QUESTION)
    now = replace(before, lessons=start.lessons - 1, quizzes=start.quizzes - 1)
    assert agreed(learner, demo, teacher) == now
    assert now.percent >= before.percent
    learner.goto(f"{demo.url}/my/")
    reasons = learner.locator("details.behind .needs li")
    assert reasons.count() == now.lessons - now.done + now.quizzes - now.passed
    newcomer = people()
    # Two lessons are off line and one is optional; one is more. The quiz is another, but they are as many.
    assert agreed(newcomer, demo, teacher) == replace(start, lessons=start.lessons - 2)
    assert in_insights(lead, demo) == (begun + 2, completed, certified)

    # The learner does what is asked, and that is all: complete, with the lessons done on the certificate.
    steps.study_to_the_end(learner, demo, COURSE)
    assert on_the_certificate(learner, demo) == now.lessons
    assert in_insights(lead, demo) == (begun + 2, completed + 1, certified + 1)

    # Whatever is edited then takes nothing back.
    editing.set_pass_mark(editor, demo, course, 95)
    editing.add_lesson(editor, demo, second, title="Added when one is complete")
    learner.goto(f"{demo.url}/courses/{COURSE}/")
    expect(learner.locator("main")).to_contain_text("You have completed this course")
    assert on_the_certificate(learner, demo) == now.lessons
    assert in_insights(lead, demo) == (begun + 2, completed + 1, certified + 1)
