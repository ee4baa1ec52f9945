"""What authors do in the CMS, step by step; each is published at once, as an editor may."""

import re

from playwright.sync_api import Page, expect

from tests.services import Demo


def course_id(page: Page, demo: Demo, title: str) -> int:
    """Return the id of a course's page, found in the list of courses."""
    page.goto(f"{demo.url}/cms/courses/?q={title}")
    return pages_listed(page)[title]


def children_of(page: Page, demo: Demo, page_id: int) -> dict[str, int]:
    """Return the pages below a page, in order: title -> id."""
    page.goto(f"{demo.url}/cms/pages/{page_id}/?ordering=ord")
    return pages_listed(page)


def pages_listed(page: Page) -> dict[str, int]:
    """Return the pages that the list in view holds, in its order: title -> id."""
    links = page.locator("main table tbody a[href*='/cms/pages/'][href$='/edit/']")
    found: dict[str, int] = {}
    for link in links.all():
        number = re.search(r"/pages/(\d+)/edit/", link.get_attribute("href") or "")
        if number and (title := " ".join(link.inner_text().split())):
            found.setdefault(title, int(number[1]))
    return found


def add_lesson(page: Page, demo: Demo, module_id: int, *, title: str) -> None:
    page.goto(f"{demo.url}/cms/pages/add/lessons/lessonpage/{module_id}/")
    page.fill("#id_title", title)
    page.keyboard.press("Tab")  # leaving the title, from which the editor's script makes the address
    expect(page.locator("#id_slug")).not_to_have_value("")
    publish(page)


def add_quiz(page: Page, demo: Demo, module_id: int, *, title: str, question: str) -> None:
    """Add a quiz that asks one question, named by its short name."""
    page.goto(f"{demo.url}/cms/pages/add/assessments/quizpage/{module_id}/")
    page.fill("#id_title", title)
    page.locator("#id_quiz_questions-ADD").click()
    page.locator("[id^=inline_child_quiz_questions-] [data-chooser-action-choose]").last.click()
    page.fill(".modal-body input[name=q]", question)
    page.locator(".modal-body [data-chooser-modal-choice]", has_text=f"{question}:").first.click()
    expect(page.locator(".modal-body")).to_have_count(0)
    publish(page)


def make_optional(page: Page, demo: Demo, lesson_id: int) -> None:
    page.goto(f"{demo.url}/cms/pages/{lesson_id}/edit/")
    page.check("#id_is_optional", force=True)
    publish(page)


def set_pass_mark(page: Page, demo: Demo, course_id: int, percent: int) -> None:
    page.goto(f"{demo.url}/cms/pages/{course_id}/edit/")
    page.fill("#id_pass_mark_percent", str(percent))
    publish(page)


def publish(page: Page) -> None:
    """Press Publish, which lies in the menu beside Save draft."""
    page.locator("footer [data-w-dropdown-target=toggle]").last.click()
    page.locator("button[name=action-publish]").first.click()
    expect(page.locator(".messages .success")).to_contain_text("ublished")


def take_off_line(page: Page, demo: Demo, page_id: int) -> None:
    page.goto(f"{demo.url}/cms/pages/{page_id}/unpublish/")
    _confirm(page)


def delete(page: Page, demo: Demo, page_id: int) -> None:
    page.goto(f"{demo.url}/cms/pages/{page_id}/delete/")
    _confirm(page)


def put_below_the_next(page: Page, demo: Demo, module_id: int, page_id: int) -> None:
    """Move a page of a module one place down, by the keyboard."""
    page.goto(f"{demo.url}/cms/pages/{module_id}/?ordering=ord")
    handle = page.locator(f"#page_{page_id} [data-w-orderable-target=handle]")
    handle.focus()
    handle.press("ArrowDown")
    with page.expect_response(re.compile("/set_position/")) as answer:
        handle.press("Enter")
    assert answer.value.ok


def _confirm(page: Page) -> None:
    page.locator("main form button[type=submit], main form input[type=submit]").first.click()
    expect(page.locator(".messages .success")).to_have_count(1)
