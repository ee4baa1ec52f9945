"""A webinar in the night of a daylight-saving change, from registration to certificate, for people of three zones.

Athens puts its clocks forward on Sunday 28 March 2027 at 1:00 UTC, from UTC+2 to UTC+3. The webinar is first planned before
that hour and then moved by two hours, to after it. The clock of the site is set; browser, pages, mails and files are real.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from certificates.issuing.models import Certificate
from certificates.issuing.tasks import issue_missing_certificates
from courses.webinars.models import Webinar, WebinarPage
from courses.webinars.tasks import fix_due_attendances, write_due_mails
from lms.accounts.models import User
from lms.mail.tasks import send_waiting_mail
from tests.browser.editing import publish
from tests.browser.steps import follow
from tests.factories.accounts import AdministratorFactory, UserFactory
from tests.factories.webinars import dated_webinar
from tests.lms.mail.test_smtp import MailServer, use
from tests.services import free_port

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Reading variants at night"
HOUR = timedelta(hours=1)
PLANNED = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)  # 1:30 in Athens on Sunday, an hour and a half before the change
MOVED = PLANNED + 2 * HOUR  # 4:30 in Athens: two hours later, and three on its clock
# Where they live, and what their clocks show: the day and hour of the plan, and after it was moved.
CLOCKS = {
    "asha": ("Asia/Kathmandu", "UTC+5:45", ("Sunday 28 March 2027", "05:15"), ("Sunday 28 March 2027", "07:15")),
    "bia": ("America/Sao_Paulo", "UTC-3", ("Saturday 27 March 2027", "20:30"), ("Saturday 27 March 2027", "22:30")),
    "eleni": ("Europe/Athens", "UTC+", ("Sunday 28 March 2027", "01:30"), ("Sunday 28 March 2027", "04:30")),
}
IN_UTC = (("Saturday 27 March 2027", "23:30"), ("Sunday 28 March 2027", "01:30"))
# As Zoom exports it, by the clock of an account in Athens. Asha stayed; Bia's line broke twice; Eleni left early.
ZOOM = """Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Demo Asha,asha@example.org,03/28/2027 04:21:00 AM,03/28/2027 05:34:00 AM,73,No
Demo Bia,bia@example.org,03/28/2027 04:30:00 AM,03/28/2027 05:00:00 AM,30,No
Demo Bia,bia@example.org,03/28/2027 04:55:00 AM,03/28/2027 05:10:00 AM,15,No
Demo Bia,bia@example.org,03/28/2027 05:18:00 AM,03/28/2027 05:30:00 AM,12,No
Demo E.,,03/28/2027 04:30:00 AM,03/28/2027 04:45:00 AM,15,Yes
"""


class Clock:
    """The time that the site goes by."""

    def __init__(self, now: datetime):
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock(PLANNED - 5 * 24 * HOUR)
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


class World:
    """The site, who is registered and who organises, each in a browser of their own."""

    def __init__(self, browser: Browser, site: str):
        self.browser, self.site = browser, site
        self.contexts: list = []

    def window(self, person: User, **options: Any) -> Page:
        """Return a page in which somebody is signed in."""
        client = Client()
        client.force_login(person)
        context = self.browser.new_context(**options)
        self.contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.site}])
        return context.new_page()

    def visitor(self, name: str) -> Page:
        zone = CLOCKS[name][0]
        person = UserFactory(email=f"{name}@example.org", name=f"Demo {name.title()}", time_zone=zone)
        small = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}
        return self.window(person, timezone_id=zone, **small)


@pytest.fixture
def letter_box(settings) -> Iterator[MailServer]:
    """A mail server that takes what is sent."""
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    use(settings, port=controller.port)
    yield server
    controller.stop()


@pytest.fixture
def post(letter_box, clock) -> Callable[[], dict[str, str]]:
    """What Celery beat does each minute for mails about webinars; returns what has come since: who -> the text in one line."""

    def post() -> dict[str, str]:
        write_due_mails()
        send_waiting_mail()
        come, letter_box.received = letter_box.received, []
        mails = [(mail["To"].partition("@")[0], " ".join(mail.get_content().split())) for mail in come]
        assert len(mails) == len(dict(mails)), "somebody had two mails at once"
        return dict(mails)

    return post


@pytest.fixture
def world(browser, live_server, settings, clock) -> Iterator[World]:
    settings.SITE_URL, settings.STAFF_SECOND_FACTOR_REQUIRED = live_server.url, False
    world = World(browser, live_server.url)
    yield world
    for context in world.contexts:
        context.close()


class Meeting(BaseHTTPRequestHandler):
    """Where the meeting is held."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"The meeting")

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def meeting() -> Iterator[str]:
    """The address of the meeting."""
    with ThreadingHTTPServer(("localhost", 0), Meeting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/reading-variants"
        server.shutdown()


@pytest.fixture
def page(world, clock, meeting) -> WebinarPage:
    days = PLANNED - clock.now
    fields = {"title": TITLE, "slug": "night", "time_zone": "Europe/Athens", "meeting_url": meeting}
    return dated_webinar(now=clock.now, days=days.days, **fields).page


def holds(text: str, name: str, which: int) -> None:
    """Hold that a page or mail tells somebody their own day and hour, and UTC's; 0: as planned, 1: as moved."""
    own, utc = CLOCKS[name][2 + which], IN_UTC[which]
    for day, hour in (own, utc):
        assert day in text, (name, day, text)
        assert hour in text, (name, hour, text)
    assert CLOCKS[name][1] in text


def text_of(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def event_at(page: Page, address: str) -> Any:
    """Return the one event of a calendar file that somebody's browser fetches."""
    [event] = Calendar.from_ical(page.request.get(address).text()).walk("VEVENT")
    return event


def test_three_people_in_three_zones_are_told_the_right_hour_from_registration_to_certificate(
    world, page, clock, post, letter_box
):
    address = f"{world.site}/webinars/night/"
    people = {name: world.visitor(name) for name in CLOCKS}

    for name, window in people.items():
        window.goto(address)
        holds(text_of(window), name, 0)
        follow(window, window.locator("[data-action=register]").first)
        expect(window.locator("#seat")).to_contain_text("You are registered")
        event = event_at(window, f"{address}event.ics")
        assert (event.start.astimezone(UTC), int(event["SEQUENCE"])) == (PLANNED, 1)
        assert event.start.astimezone(ZoneInfo(CLOCKS[name][0])).strftime("%H:%M") == CLOCKS[name][2][1]
        window.goto(f"{world.site}/my/")
        expect(window.locator("main")).to_contain_text(TITLE)
    mails = post()
    assert set(mails) == set(people)
    for name, mail in mails.items():
        assert "you are registered for" in mail
        holds(mail, name, 0)

    clock.now += HOUR
    desk = world.window(AdministratorFactory(), viewport={"width": 1280, "height": 900})
    desk.goto(f"{world.site}/cms/pages/{page.pk}/edit/")
    expect(desk.locator("#id_starts_at")).to_have_value(re.compile("2027-03-28 01:30"))
    desk.fill("#id_starts_at", "2027-03-28 04:30")
    choice = desk.locator(
        ".xdsoft_datetimepicker:visible"
    )  # a calendar opens over the page, and closes when one goes on
    expect(choice).to_have_count(1)
    desk.locator("#id_title").click()
    expect(choice).to_have_count(0)

    publish(desk)
    assert Webinar.objects.get().starts_at == MOVED
    mails = post()
    feeds = {}
    for name, window in people.items():
        assert "takes place at another time than you were told" in mails[name]
        holds(mails[name], name, 1)
        window.goto(address)
        holds(text_of(window), name, 1)
        event = event_at(window, f"{address}event.ics")
        assert (event.start.astimezone(UTC), int(event["SEQUENCE"])) == (MOVED, 2)
        window.goto(f"{world.site}/my/calendar/")
        feeds[name] = re.search(rf"{re.escape(world.site)}/my/calendar/\S+?\.ics", window.content())[0]
        assert event_at(window, feeds[name]).start.astimezone(UTC) == MOVED

    for before in (24 * HOUR, HOUR):
        clock.now = MOVED - before - timedelta(minutes=1)
        assert post() == {}
        clock.now = MOVED - before
        mails = post()
        assert set(mails) == set(people)
        assert post() == {}
        for name, mail in mails.items():
            holds(mail, name, 1)

    clock.now = MOVED - timedelta(minutes=16)
    people["asha"].goto(f"{address}join")
    expect(people["asha"].locator("main")).to_contain_text("The door opens 15 minutes before the start")
    clock.now = MOVED - timedelta(minutes=10)
    for window in people.values():
        window.goto(address)
        assert page.meeting_url not in window.content()
        follow(window, window.locator("[data-action=join]"))
        expect(window.locator("body")).to_have_text("The meeting")

    clock.now = MOVED + 2 * HOUR
    attendance = f"{world.site}/teach/webinars/{Webinar.objects.get().pk}/attendance/"
    desk.goto(f"{attendance}import/")
    desk.set_input_files(
        "input[name=file]", {"name": "participants.csv", "mimeType": "text/csv", "buffer": ZOOM.encode("utf-8-sig")}
    )
    expect(desk.locator("select[name=zone]")).to_have_value("Europe/Athens")
    follow(desk, desk.get_by_role("button", name="Upload and look through"))
    assert Axe().run(desk).response["violations"] == []
    desk.locator("main select").last.select_option(label="Demo Eleni")
    follow(desk, desk.get_by_role("button", name="Import the list"))
    rows = {" ".join(row.split()) for row in desk.locator("main table").first.locator("tr").all_inner_texts()}
    for name, outcome in (("Asha", "60 Attended"), ("Bia", "52 Attended"), ("Eleni", "15 Too short")):
        assert any(row.startswith(f"Demo {name} ") and row.endswith(outcome) for row in rows), rows

    fix_due_attendances()
    assert not Certificate.objects.exists()
    clock.now += HOUR
    fix_due_attendances()
    issue_missing_certificates()
    assert Certificate.objects.issued().count() == 2
    send_waiting_mail()
    assert {mail["To"] for mail in letter_box.received} == {"asha@example.org", "bia@example.org"}
    stranger = world.browser.new_context()
    world.contexts.append(stranger)
    for name, day, words in (
        ("asha", "28 March 2027", "Present for 60 of 60 minutes"),
        ("bia", "27 March 2027", "Present for 52 of 60 minutes"),
    ):
        window = people[name]
        window.goto(f"{world.site}/my/certificates/")
        expect(window.locator("main")).to_contain_text(day)
        public = stranger.new_page()
        public.goto(f"{world.site}{window.get_by_role('link', name='Public page').get_attribute('href')}")
        for said in (f"Demo {name.title()}", TITLE, "Certificate of attendance", day, words):
            expect(public.locator("main")).to_contain_text(said)
    people["eleni"].goto(address)
    expect(people["eleni"].locator("main")).to_contain_text("You were there for 15 minutes.")
