"""Scarce seats, end to end: windows pass, seats are offered, lapse, are given back and released, and every page and mail says why.

The clock is the real one. Time passes by moving all that has happened in the pool, and all that will, into the past.
"""

import re
from typing import Any
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
for name, country in (("ben", "DE"), ("cleo", "DE"), ("rosa", "DE"), ("asha", "NP")):
    one = UserFactory(email=f"{name}-WORD@example.org", name=f"Demo {name.title()} WORD", country=country, password="SECRET")
    EmailAddress.objects.create(user=one, email=one.email, verified=True, primary=True)
words = dict.fromkeys("ace", "The nearest laboratory is four hours away by bus.")
request_access(person("rosa"), country="DE", sentences=words, now=now)
request_access(person("asha"), country="NP", sentences={}, now=now)
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
        return self._window(java_script_enabled=self.has_script, viewport={"width": 360, "height": 740})

    def reviewer(self) -> Page:
        """Somebody at a desk: the CMS needs script, whatever the others do without."""
        page = self._window(viewport={"width": 1280, "height": 800})
        steps.sign_in(page, self.demo, "lead@example.org")
        return page

    def _window(self, **options: Any) -> Page:
        self.contexts.append(self.browser.new_context(**options))
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
        """Hold that one mail to somebody says all of this."""

        def has_come() -> bool:
            mails = (" ".join(mail.split()) for mail in steps.mails_to(self.demo, self.address(name)))
            return any(all(said in mail for said in words) for mail in mails)

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
    world.happens("apply_for_seat(pool().pk, person('asha'), now=timezone.now())")

    # A reviewer approves the rural clinic in a rich country: its place counts from when it applied.
    asha = world.visitor()
    steps.sign_in(asha, demo, world.address("asha"), SECRET)
    world.opens(asha)
    says(asha, "For reserved seats you are number 1 of 1, because you have priority")
    world.opens(rosa)
    says(rosa, "number 1 of 3 on the list", "The draw has placed you there")
    approve_in_the_cms(world, demo, f"Demo Rosa {world.word}")
    world.opens(rosa)
    says(
        rosa, "For reserved seats you are number 1 of 2, because you have priority", "A reviewer looked at your request"
    )
    world.opens(asha)
    says(asha, "For reserved seats you are number 2 of 2")
    world.opens(nurse)
    press(nurse, "give-up-seat")
    expect(nurse.locator("h1")).to_contain_text("Give your seat back?")
    press(nurse, "give-up-seat")
    says(nurse, "You have given up your place")
    world.opens(rosa)
    says(rosa, "A seat is held for you", "It is a reserved seat, and it is free for you because you have priority")
    press(rosa, "accept-seat")
    says(rosa, "You have a seat")

    # The reserved seat is given back, and again by the next with priority: until the release it waits for somebody else
    # of them, and the doctor for the release.
    world.happens("give_up_seat(pool().pk, person('rosa'), now=timezone.now())")
    world.opens(asha)
    says(asha, "A seat is held for you", "It is a reserved seat, and it is free for you because you have priority")
    world.happens("give_up_seat(pool().pk, person('asha'), now=timezone.now())")
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
    world.wrote("nurse", "You have priority", "Nepal, which is on the United Nations list of least developed countries")
    world.wrote(
        "nurse", f"You have a seat in “{TITLE}”", "reserved for people who work where genomics has few resources"
    )
    world.wrote("nurse", f"You have given up your place in “{TITLE}”", "you then join the list at its end")
    world.wrote("doctor", f"You are on the list for “{TITLE}”", "put in one order by a draw")
    world.wrote("doctor", f"A seat in “{TITLE}” is held for you", "It is an open seat; you came first on the list")
    world.wrote("doctor", f"Your seat in “{TITLE}” is held for one more day", "goes to the next person on")
    world.wrote(
        "doctor", f"Your seat in “{TITLE}” went to the next person", "the time for which", "as it does for everybody"
    )
    world.wrote("doctor", f"You are on the list for “{TITLE}”", "Seats that are given back fall to the next person")
    world.wrote("cleo", f"A seat in “{TITLE}” is held for you", "It is an open seat; you came first on the list")
    world.wrote("cleo", f"You have a seat in “{TITLE}”", "you came first on the list")
    world.wrote("rosa", "A person will look at your request", "waiting list counts from the day you joined it")
    world.wrote(
        "rosa", "You have priority", "A reviewer looked at your request and approved it", "You work far from where"
    )
    world.wrote("rosa", f"You now have priority for “{TITLE}”", "keeps the time at which you made it")
    world.wrote("rosa", f"A seat in “{TITLE}” is held for you", "few resources; you came first among them")
    world.wrote("asha", f"A seat in “{TITLE}” is held for you", "few resources; you came first among them")
    world.wrote("doctor", f"A seat in “{TITLE}” is held for you", "reserved seat that nobody with priority waits for")
    world.wrote("doctor", f"You have a seat in “{TITLE}”", "so it was released to everybody")


def ask_for_priority(page: Page, demo: Demo) -> None:
    """Say under /my/access/ where one works, and nothing more: in some countries that is enough."""
    page.goto(f"{demo.url}/my/access/request")
    page.select_option("select[name=country]", "NP")
    page.check("input[name=word]")
    press(page, "ask-access")
    expect(page.locator("main")).to_contain_text("You have priority")


def approve_in_the_cms(world: World, demo: Demo, name: str) -> None:
    """Open somebody's request as a programme lead, and approve it."""
    reviewer = world.reviewer()
    reviewer.goto(f"{demo.url}/cms/access/reviews/")
    reviewer.locator("tr", has_text=name).locator("a").click()
    expect(reviewer.locator("main")).to_contain_text("four hours away by bus")
    reviewer.check("input[name=code][value=remote]")
    reviewer.locator("form.academy-answer button[type=submit]").click()
    expect(reviewer.locator(".messages .success")).to_contain_text("Your answer is stored")
    expect(reviewer.locator("tr", has_text=name)).to_have_count(0)
