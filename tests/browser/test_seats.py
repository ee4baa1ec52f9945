"""Scarce seats, end to end: windows pass, seats are offered, lapse, are given back and released, and every page and mail says why.

The clock is the real one. Time passes by moving all that has happened in the pool, and all that will, into the past.
"""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps
from tests.services import Demo

pytestmark = pytest.mark.browser

SECRET = "a-long-enough-secret"
TITLE = "One drug, one gene"
GIVEN = """
from datetime import timedelta
from allauth.account.models import EmailAddress
from django.utils import timezone
from courses.webinars.models import WebinarPage
from lms.access.models import SeatPool
from lms.access.rules.ballot import draw
from lms.access.rules.decisions import Review
from lms.access.services.decisions import record_decision
from lms.access.services.notices import write_notices
from lms.access.services.requests import request_access
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat, settle_pool
from lms.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.webinars import move_windows, scarce_webinar
now = timezone.now()
def person(name): return User.objects.get(email=f"{name}-WORD@example.org")
def pool(): return WebinarPage.objects.get(slug="seats-WORD").pool
def pass_days(days):
    move_windows(pool(), earlier=timedelta(days=days))
    settle_pool(pool().pk, now=timezone.now())
"""
MAILS = "\nwrite_notices(now=timezone.now())"
SET_UP = """
scarce_webinar(now=now, title="One drug, one gene", slug="seats-WORD", capacity=3)
for name in ("ben", "cleo", "rosa"):
    one = UserFactory(email=f"{name}-WORD@example.org", name=f"Demo {name.title()}", country="DE", password="SECRET")
    EmailAddress.objects.create(user=one, email=one.email, verified=True, primary=True)
words = dict.fromkeys("ace", "The nearest laboratory is four hours away by bus.")
request_access(person("rosa"), country="DE", sentences=words, now=now)
"""
# The draw is random; so that it draws as the journey tells, a secret is looked for that does, before any of them applies.
SECRET_IS_FOUND = """
order = [str(person(name).pk) for name in ("doctor", "ben", "cleo", "rosa")]
salt = next(text for text in map(str, range(10_000)) if sorted(order, key=lambda who: draw(text, who)) == order)
SeatPool.objects.filter(pk=pool().pk).update(salt=salt)
for name in ("ben", "cleo"):
    apply_for_seat(pool().pk, person(name), now=now)
"""


class World:
    """A webinar of three seats, of which one is reserved, and the people who want one."""

    def __init__(self, demo: Demo, browser: Browser, *, has_script: bool):
        self.demo, self.browser, self.has_script = demo, browser, has_script
        self.word = uuid4().hex[:8]
        self.path = f"/webinars/seats-{self.word}/"
        self.contexts: list = []

    def address(self, name: str) -> str:
        return f"{name}-{self.word}@example.org"

    def happens(self, what: str) -> None:
        """Let others act, or time pass."""
        code = (GIVEN + what + MAILS).replace("WORD", self.word).replace("SECRET", SECRET)
        self.demo.manage("shell", "-c", code)

    def visitor(self) -> Page:
        self.contexts.append(
            self.browser.new_context(java_script_enabled=self.has_script, viewport={"width": 360, "height": 740})
        )
        return self.contexts[-1].new_page()

    def opens(self, page: Page) -> None:
        page.goto(f"{self.demo.url}{self.path}")

    def comes(self, name: str) -> Page:
        """Come to the page as a stranger and make an account, which leads back to the application."""
        page = self.visitor()
        self.opens(page)
        page.locator("#seat a", has_text="Make an account").click()
        page.fill("input[name=email]", self.address(name))
        page.fill("input[name=password1]", SECRET)
        page.check("input[name=accepts_terms]")
        page.locator("main form button[type=submit]").first.click()
        mail = steps.wait_for_mail(self.demo, self.address(name), "confirm-email")
        page.goto(re.search(rf"{re.escape(self.demo.url)}/\S*confirm-email/\S+", mail)[0])
        page.locator("main form button[type=submit]").first.click()
        expect(page).to_have_url(re.compile(f"{self.path}register"))
        return page

    def wrote(self, name: str, *words: str) -> None:
        """Hold that one mail to somebody about this webinar says all of this."""

        def has_come() -> bool:
            mails = (" ".join(mail.split()) for mail in steps.mails_to(self.demo, self.address(name)))
            return any(all(said in mail for said in (TITLE, *words)) for mail in mails)

        steps.wait_for(has_come, seconds=90, what=f"a mail to {name} that says {words}")


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def world(demo: Demo, browser: Browser, request):
    world = World(demo, browser, has_script=request.param)
    world.happens(SET_UP)
    yield world
    for context in world.contexts:
        context.close()
    world.happens("WebinarPage.objects.get(slug='seats-WORD').unpublish()")


def says(page: Page, *words: str) -> None:
    for said in words:
        expect(page.locator("#seat")).to_contain_text(said)


def press(page: Page, action: str) -> None:
    page.locator(f"[data-action={action}]").first.click()


def give_details(page: Page, *, name: str, country: str) -> None:
    page.fill("input[name=name]", name)
    page.select_option("select[name=country]", country)
    press(page, "register")


def test_seats_are_given_by_the_policy_and_every_page_and_mail_says_why(world: World, demo: Demo):
    # A nurse in Nepal has priority by her country alone: the reserved seat is hers at once.
    nurse = world.comes("nurse")
    ask_for_priority(nurse, demo)
    world.opens(nurse)
    says(nurse, "3 seats; 1 of them is reserved until", "A reserved seat is free for you, because you have priority")
    press(nurse, "register")
    give_details(nurse, name="Demo Nurse", country="NP")
    says(nurse, "You have a seat", "It is a reserved seat", "because you have priority", "Nepal")

    # A doctor in Germany waits for the draw, like everybody without priority.
    doctor = world.comes("doctor")
    world.happens(SECRET_IS_FOUND)
    give_details(doctor, name="Demo Doctor", country="DE")
    says(doctor, "You are on the list", "in an order that is drawn among all who apply before")
    rosa = world.visitor()
    steps.sign_in(rosa, demo, world.address("rosa"), SECRET)
    world.opens(rosa)
    press(rosa, "register")
    says(rosa, "You are on the list", "A person will look at your request for priority")

    # The general opening: the doctor is drawn first, and does not answer.
    world.happens("pass_days(8)\naccept_seat(pool().pk, person('ben'), now=timezone.now())")
    world.opens(doctor)
    says(doctor, "A seat is held for you", "It is an open seat; you came first on the list", "Take it before then")
    says(doctor, "The secret was:")
    world.happens("pass_days(2.5)")
    world.happens("pass_days(1)")
    world.opens(doctor)
    says(doctor, "The time to take your seat is over", "went to the next person")
    world.happens("accept_seat(pool().pk, person('cleo'), now=timezone.now())")
    press(doctor, "register")
    says(doctor, "number 2 of 2 on the list", "who applied later stands behind you")

    # A reviewer approves the rural clinic in a rich country: its place counts from when it applied.
    world.opens(rosa)
    says(rosa, "number 1 of 2 on the list", "The draw has placed you there")
    world.happens(
        "record_decision(person('rosa'), country='DE', attested='ace', review=Review.APPROVE, review_code='rural', now=now)"
    )
    world.opens(rosa)
    says(
        rosa, "For reserved seats you are number 1 of 1, because you have priority", "A reviewer looked at your request"
    )
    world.opens(nurse)
    press(nurse, "give-up-seat")
    expect(nurse.locator("h1")).to_contain_text("Give your seat back?")
    press(nurse, "give-up-seat")
    says(nurse, "You have given up your place")
    world.opens(rosa)
    says(rosa, "A seat is held for you", "It is a reserved seat, and it is free for you because you have priority")
    press(rosa, "accept-seat")
    says(rosa, "You have a seat")

    # The reserved seat is given back: until the release it waits for somebody with priority, and the doctor for the release.
    world.happens("give_up_seat(pool().pk, person('rosa'), now=timezone.now())")
    world.opens(doctor)
    says(doctor, "number 1 of 1 on the list", "Reserved seats that nobody with priority needs are released")
    world.happens("pass_days(13)")
    world.opens(doctor)
    says(
        doctor,
        "A seat is held for you",
        "It is a reserved seat that nobody with priority waited for, so it was released",
    )
    doctor.goto(f"{demo.url}/my/")
    expect(doctor.locator("main")).to_contain_text("A seat is held for you until")
    doctor.locator("main a", has_text="Take the seat").click()
    press(doctor, "accept-seat")
    says(doctor, "You have a seat", "so it was released")

    # And so said the mails.
    world.wrote("nurse", "You have a seat in", "reserved for people who work where genomics has few resources")
    world.wrote("nurse", "You have given up your place in")
    world.wrote("doctor", "You are on the list for", "put in one order by a draw")
    world.wrote("doctor", "is held for you until", "It is an open seat")
    world.wrote("doctor", "that is held for you goes to the next person on")
    world.wrote(
        "doctor", "The seat went to the next person, as it does for everybody", "you then join the list at its end"
    )
    world.wrote("cleo", "is held for you until", "It is an open seat")
    world.wrote("rosa", "You now have priority for")
    world.wrote("rosa", "is held for you until", "you came first among them")
    world.wrote("doctor", "It is a reserved seat that nobody with priority waits for, so it was released to everybody")
    world.wrote("doctor", "You have a seat in", "so it was released to everybody")


def ask_for_priority(page: Page, demo: Demo) -> None:
    """Say under /my/access/ where one works, and nothing more: in some countries that is enough."""
    page.goto(f"{demo.url}/my/access/request")
    page.select_option("select[name=country]", "NP")
    page.check("input[name=word]")
    press(page, "ask-access")
    expect(page.locator("main")).to_contain_text("You have priority")
