"""A class without internet: the course as a file, served to phones by a computer that cannot reach the academy, and brought back."""

import contextlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from deploy.system_programs import find_program
from tests.browser import steps
from tests.browser.test_pages import COLOUR_RULES, EVERY_RULE, FIRST_VIEW_BYTES, GUESS_OF_LANGUAGE
from tests.classes import ClassComputer, class_computer
from tests.services import Demo

pytestmark = pytest.mark.browser

COURSE, TITLE = "cell-and-gene-therapy", "Cell and gene therapy"
SECRET = "a-long-enough-secret"
PIN = "2468"
PHONE = {"viewport": {"width": 360, "height": 780}}


@pytest.fixture(scope="module")
def folder(demo: Demo, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course as its instructor gets it from the academy's own worker, unpacked."""
    context = browser.new_context()
    page = context.new_page()
    to_classroom(page, demo)
    page.get_by_role("button", name="Make the file").click()
    link = page.locator("[data-action=fetch-classroom-file]")
    steps.wait_for(lambda: bool(page.reload() and link.count()), seconds=90, what="the classroom file")
    with page.expect_download() as download:
        link.first.click()
    place = tmp_path_factory.mktemp("class")
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(place)
    context.close()
    [found] = place.iterdir()
    return found


@pytest.fixture(scope="module")
def computer(folder: Path) -> Iterator[ClassComputer]:
    """The class's computer, in a network of its own that ends at the phones where the machine allows that."""
    with _network_of_its_own() as network, class_computer(folder, **network) as running:
        yield running


def test_no_route_leads_from_the_class_to_the_academy(demo, computer):
    if not computer.prefix:
        pytest.skip("a network of its own needs root and `ip netns`")
    asked = f"import urllib.request; urllib.request.urlopen({demo.url!r}, timeout=5)"
    found = subprocess.run([*computer.prefix, sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert "Connection refused" in found.stderr
    routes = subprocess.run([*computer.prefix, "ip", "route"], capture_output=True, text=True, check=True).stdout
    assert "default" not in routes


@contextlib.contextmanager
def _network_of_its_own() -> Iterator[dict]:
    """Yield how to run something where no route leads to the academy; a process like any other where that cannot be had."""
    ip, name = find_program("ip"), f"class-{uuid4().hex[:6]}"
    here, there = (f"{name[-6:]}{end}" for end in "ab")
    commands = [
        f"netns add {name}",
        f"link add {here} type veth peer name {there} netns {name}",
        f"addr add 10.213.7.1/30 dev {here}",
        f"link set {here} up",
        f"-n {name} addr add 10.213.7.2/30 dev {there}",
        f"-n {name} link set {there} up",
        f"-n {name} link set lo up",
    ]
    if ip is None or os.geteuid() != 0 or not all(_done(ip, command) for command in commands):
        yield {}
        return
    try:
        yield {"prefix": (ip, "netns", "exec", name), "host": "10.213.7.2"}
    finally:
        _done(ip, f"netns del {name}")


def _done(ip: str, command: str) -> bool:
    return subprocess.run([ip, *command.split()], capture_output=True, check=False).returncode == 0


def to_classroom(page: Page, demo: Demo) -> None:
    steps.sign_in(page, demo, "instructor@example.org")
    page.goto(f"{demo.url}/classrooms/")
    steps.follow(page, page.get_by_role("link", name=re.compile(TITLE)))


def join(page: Page, computer: ClassComputer, name: str, email: str) -> None:
    page.goto(f"{computer.url}/who")
    page.fill("#join-name", name)
    page.fill("#join-email", email)
    page.fill("#join-pin", PIN)
    page.check("#join-agrees")
    steps.follow(page, page.locator("[data-action=join]"))
    expect(page.locator("header")).to_contain_text(name)


def step_names(page: Page, computer: ClassComputer) -> list[str]:
    page.goto(computer.url)
    return [str(link.get_attribute("href")) for link in page.locator("main .needs a").all()]


def take_step(page: Page, computer: ClassComputer, name: str) -> None:
    page.goto(f"{computer.url}/{name}")
    if page.locator("[data-action=submit-quiz]").count():
        steps.answer_quiz(page, COURSE)
        expect(page.locator("main")).to_contain_text("Your answers are handed in")
    else:
        steps.follow(page, page.locator("[data-action=done]"))


def account(demo: Demo, browser: Browser, address: str, *, enrols: bool) -> BrowserContext:
    """Return the browser of somebody who has just registered, and enrolled or given the details that are asked for then."""
    context = browser.new_context()
    page = context.new_page()
    steps.sign_up(page, demo, address, SECRET)
    if enrols:
        steps.enrol(page, demo, COURSE, name="Demo Pupil", country="KE")
    else:
        page.goto(f"{demo.url}/my/profile/")
        page.fill("input[name=name]", "Demo Pupil")
        page.select_option("select[name=country]", "KE")
        steps.follow(
            page, page.locator("main form").filter(has=page.locator("input[name=name]")).locator("button").last
        )
    return context


def brought(page: Page) -> dict[str, list[str]]:
    """Return what the report says once a worker has taken everything in: address -> cells."""
    steps.wait_for(
        lambda: bool(page.reload() and not page.locator("[data-unfinished]").count()), seconds=90, what="the report"
    )
    rows = {}
    for row in page.locator("main tbody tr").all():
        rows[row.locator("small").inner_text()] = [cell.inner_text() for cell in row.locator("td").all()]
    return rows


def certificates(page: Page, demo: Demo) -> int:
    page.goto(f"{demo.url}/my/certificates/")
    return page.locator("[data-action=download-certificate]").count()


def test_a_class_takes_the_course_and_its_certificates_arrive(demo, browser, computer):
    addresses = [f"pupil-{uuid4().hex[:8]}@example.org" for _ in range(3)]
    at_home = [account(demo, browser, addresses[0], enrols=True), account(demo, browser, addresses[1], enrols=False)]
    phones = [browser.new_context(**PHONE, java_script_enabled=number != 0) for number in range(3)]
    pages = [phone.new_page() for phone in phones]
    for number, page in enumerate(pages):
        join(page, computer, f"Pupil {number}", addresses[number])
    names = step_names(pages[0], computer)
    for place, name in enumerate(names):
        if place == len(names) // 2:
            computer.kill()
            computer.start()
        for page in pages:
            take_step(page, computer, name)
    for page in pages:
        page.goto(computer.url)
        assert page.locator("main .tag").count() == len(names)

    teacher = browser.new_context()
    page = teacher.new_page()
    page.goto(f"{computer.url}/host")
    page.fill("#host-code", computer.host_code)
    steps.follow(page, page.locator("[data-action=be-host]"))
    with page.expect_download() as download:
        page.locator("[data-action=return]").click()
    to_classroom(page, demo)
    page.set_input_files("input[type=file]", download.value.path())
    page.check("input[name=vouches]")
    steps.follow(page, page.get_by_role("button", name="Bring it"))
    report = brought(page)
    assert [report[address][2] for address in addresses] == ["0", "0", "0"]
    assert [report[address][0] for address in addresses] == [str(len(names)), str(len(names)), "0"]
    assert "register" in report[addresses[2]][3]

    at_home.append(account(demo, browser, addresses[2], enrols=False))
    steps.follow(page, page.get_by_role("button", name="Bring the same file again"))
    report = brought(page)
    assert [report[address][0] == "0" for address in addresses] == [True, True, False]
    for address, context in zip(addresses, at_home, strict=True):
        learner = context.pages[0]
        steps.wait_for(lambda learner=learner: certificates(learner, demo) == 1, seconds=120, what="the certificate")
        assert "passed" in steps.wait_for_mail(demo, address, "has arrived")

    steps.follow(page, page.get_by_role("button", name="Bring the same file again"))
    assert {tuple(cells[:3:2]) for cells in brought(page).values()} == {("0", "0")}
    assert [certificates(context.pages[0], demo) for context in at_home] == [1, 1, 1]
    for context in (*phones, *at_home, teacher):
        context.close()


def test_the_course_is_read_from_a_stick(browser, folder):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto((folder / "course" / "index.html").as_uri())
    expect(page.locator("main")).to_contain_text("You read a copy")
    steps.follow(page, page.locator("main .needs a").first)
    expect(page.locator("main")).to_contain_text("You read a copy")
    assert page.locator("main form").count() == 0
    assert len(page.locator(".prose").inner_text()) > 500
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.site-header')).backgroundColor") != "rgba(0, 0, 0, 0)"
    )
    assert complaints == []
    context.close()


@pytest.fixture(scope="module")
def pupil(browser: Browser, computer: ClassComputer) -> Iterator[Page]:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    join(page, computer, "Pupil", f"pupil-{uuid4().hex[:8]}@example.org")
    yield page
    context.close()


@pytest.mark.parametrize("path", ["", "1-1.html", "quiz", "me", "nothing-here.html"])
def test_pages_of_a_class_are_accessible_valid_and_light(pupil, computer, validate_html, path):
    address = f"{computer.url}/{path if path != 'quiz' else quiz_of(pupil, computer)}"
    look_at(pupil, address)
    answer = pupil.request.get(address)
    assert [problem for problem in validate_html(answer.text()) if GUESS_OF_LANGUAGE not in problem] == []
    assert weight(pupil, address) + weight(pupil, f"{computer.url}/static/class.css") <= FIRST_VIEW_BYTES


def test_pages_for_who_is_not_in_yet_and_for_the_host_are_accessible_and_valid(browser, computer, validate_html):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    for path in ("", "who", "host", "1-1.html"):
        look_at(page, f"{computer.url}/{path}")
        assert not validate_html(page.request.get(f"{computer.url}/{path}").text())
    page.goto(f"{computer.url}/host")
    page.fill("#host-code", computer.host_code)
    steps.follow(page, page.locator("[data-action=be-host]"))
    look_at(page, f"{computer.url}/host")
    assert not validate_html(page.request.get(f"{computer.url}/host").text())
    context.close()


def quiz_of(page: Page, computer: ClassComputer) -> str:
    for name in reversed(step_names(page, computer)):
        page.goto(f"{computer.url}/{name}")
        if page.locator("[data-action=submit-quiz]").count():
            return name
    raise AssertionError("there is no quiz")


def look_at(page: Page, address: str) -> None:
    found = []
    for width in (360, 1280):
        for scheme, asked in (("light", EVERY_RULE), ("dark", COLOUR_RULES)):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            for violation in Axe().run(page, options=asked).response["violations"]:
                nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
                found.append(f"{address}, {width} px, {scheme}: {violation['id']}: {nodes}")
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if width == 360 and overflow > 0:
                found.append(f"{address}, {scheme}: the page is {overflow} px wider than the screen")
    assert found == []


def weight(page: Page, address: str) -> int:
    return int(page.request.get(address, headers={"Accept-Encoding": "gzip"}).headers["content-length"])
