"""What people do in the browser, step by step, as the journeys name it."""

import email
import email.policy
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import yaml
from playwright.sync_api import Locator, Page, expect

from tests.services import ROOT, Demo

CONTENT = ROOT / "lms" / "operations" / "content" / "courses"
DEMO_PASSWORD = "genomics-demo"
MOST_STEPS = 60  # of a course; more means that the journey goes round in circles
MODES = {
    "AD": "Autosomal dominant",
    "AR": "Autosomal recessive",
    "XLD": "X-linked dominant",
    "XLR": "X-linked recessive",
    "YL": "Y-linked",
    "MT": "Mitochondrial",
}


def sign_in(page: Page, demo: Demo, address: str, password: str = DEMO_PASSWORD) -> None:
    page.goto(f"{demo.url}/accounts/login/")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", password)
    page.locator("main form").filter(has=page.locator("input[name=password]")).locator(
        "button[type=submit]"
    ).first.click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))


def sign_up(page: Page, demo: Demo, address: str, password: str) -> None:
    """Make an account and confirm the address by the link in the mail."""
    page.goto(f"{demo.url}/accounts/signup/")
    page.fill("input[name=email]", address)
    page.fill("input[name=password1]", password)
    page.check("input[name=accepts_terms]")
    page.locator("main form button[type=submit]").first.click()
    mail = wait_for_mail(demo, address, "confirm-email")
    link = re.search(rf"{re.escape(demo.url)}/\S*confirm-email/\S+", mail)
    assert link, f"the mail holds no link to confirm the address:\n{mail}"
    page.goto(link[0])
    page.locator("main form button[type=submit]").first.click()
    expect(page).not_to_have_url(re.compile("confirm-email"))


def mails_to(demo: Demo, address: str) -> Iterator[str]:
    """Yield the text of every mail that the demo wrote to an address."""
    for path in sorted((demo.var / "mail").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if address in str(message["To"]):
            body = message.get_body(("plain",))
            yield f"{message['Subject']}\n{body.get_content() if body else ''}"


def wait_for_mail(demo: Demo, address: str, containing: str, *, seconds: float = 90) -> str:
    """Return the mail once it is there: sent by the worker, or at the latest by the sweep of the next minute."""
    found: list[str] = []

    def has_come() -> bool:
        found[:] = [mail for mail in mails_to(demo, address) if containing in mail]
        return bool(found)

    wait_for(has_come, seconds=seconds, what=f"a mail to {address} with {containing!r}")
    return found[-1]


def wait_for(ready: Callable[[], bool], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"{what} did not come within {seconds:g} seconds"
        time.sleep(0.1)


# What a page asks the worker that keeps saved courses.
WAITING = """() => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(data.work.length);
  navigator.serviceWorker.controller.postMessage({ type: "list" }, [port2]);
})"""


def wait_until_sent(page: Page, *, seconds: float = 60) -> None:
    """Return once nothing that was done on the device waits to be sent."""
    wait_for(lambda: page.evaluate(WAITING) == 0, seconds=seconds, what="The end of the queue")


def follow(page: Page, lead: Locator) -> None:
    """Click what leads to another page, and be there: a click alone may return before the browser has set out."""
    with page.expect_navigation():
        lead.click()


def enrol(page: Page, demo: Demo, course: str, *, name: str, country: str) -> None:
    """Enrol from the course page, giving name and country of work where they are asked for."""
    page.goto(f"{demo.url}/courses/{course}/")
    follow(page, page.locator("[data-action=enrol]").first)
    if page.locator("main input[name=name]").count():
        page.fill("input[name=name]", name)
        page.select_option("select[name=country]", country)
        asked = page.locator("main form").filter(has=page.locator("input[name=name]"))
        follow(page, asked.locator("button[type=submit]"))


def study_to_the_end(page: Page, demo: Demo, course: str) -> int:
    """Read every lesson and answer every quiz until the course is complete; return how many steps that took."""
    for step in range(MOST_STEPS):
        page.goto(f"{demo.url}/courses/{course}/")
        go_on = page.locator("[data-action=go-on]")
        if not go_on.count():
            return step
        follow(page, go_on.first)
        if page.locator("[data-action=submit-quiz]").count():
            answer_quiz(page, course)
        else:
            follow(page, page.locator("[data-action=done]").first)
    raise AssertionError(f"{course} was not complete after {MOST_STEPS} steps; the last page was {page.url}")


def answer_quiz(page: Page, course: str) -> None:
    """Answer every question on the page by the content's own key, and hand in."""
    for asked in page.locator("form section.question").all():
        answer_question(asked, question_shown(asked, course))
    follow(page, page.locator("[data-action=submit-quiz]").first)


def question_shown(asked: Locator, course: str) -> dict:
    """Return the content's question that is shown; of several with one wording, the one whose data are shown too."""
    text, stem = _text(asked), _text(asked.locator("legend"))
    return next(
        question
        for question in questions_of(course)
        if " ".join(question["stem"].split()) == stem and all(words in text for words in shown_with(question))
    )


def shown_with(question: dict) -> list[str]:
    """Return what stands beside the wording of a question."""
    match question["type"]:
        case "acmg":
            return [f"Criteria {', '.join(question['criteria'])} Combined"]
        case "diplotype":
            return [" / ".join(allele["name"] for allele in question["alleles"])]
        case "hgvs":
            return [question["observed"]]
    return []


def answer_question(asked: Locator, question: dict) -> None:
    match question["type"]:
        case "single" | "multiple":
            choose(asked, [option["text"] for option in question["options"] if option.get("correct")])
        case "true_false":
            choose(asked, ["True" if question["answer"] else "False"])
        case "acmg":
            choose(asked, [question["answer"]])
        case "pedigree":
            choose(asked, [MODES[mode] for mode in question["answer"]])
        case "matching":
            fill_parts(asked, {pair["left"]: pair["right"] for pair in question["pairs"]})
        case "ordering":
            fill_parts(asked, {thing: str(place) for place, thing in enumerate(question["items"], start=1)})
        case "vcf":
            fill_parts(asked, {ask["prompt"]: str(ask["answer"]) for ask in question["asks"]})
        case "short_text":
            asked.locator("input").fill(question["accept"][0])
        case _:
            asked.locator("input").fill(str(question["answer"]))


def choose(asked: Locator, texts: list[str]) -> None:
    wanted = {" ".join(text.split()) for text in texts}
    for choice in asked.locator("label.choice").all():
        if _text(choice) in wanted:
            choice.click()


def fill_parts(asked: Locator, answers: dict[str, str]) -> None:
    """Give each part of a question, found by its label, its answer: chosen from a list, or typed."""
    for part in asked.locator(".answer-parts li").all():
        answer = answers[_text(part.locator("label"))]
        if part.locator("select").count():
            part.locator("select").select_option(label=answer)
        else:
            part.locator("input").fill(answer)


def _text(choice: Locator) -> str:
    return " ".join(choice.inner_text().split())


@cache
def questions_of(course: str) -> tuple[dict, ...]:
    paths = sorted((CONTENT / course).rglob("quiz.yaml"))
    return tuple(question for path in paths for question in yaml.safe_load(path.read_text())["questions"])


def screenshot_folder() -> Path:
    return ROOT / "docs" / "pictures"
