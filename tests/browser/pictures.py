"""Take the pictures of docs/pictures/ from a running demo: python -m tests.browser.pictures [http://localhost:8000]

Without an address a demo of its own is started in a scratch folder.
"""

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from deploy.system_programs import find_program
from tests.browser import steps
from tests.services import CHROMIUM_OPTIONS, ROOT, Demo, demo

FOLDER = ROOT / "docs" / "pictures"
COURSE = "/courses/foundations-of-genomic-medicine/"
WIDTHS = (360, 1280)
TALLEST = 2600  # pixels; a longer page is cut

PICTURES = {
    None: {"home": "/", "home-ar": "/ar/", "catalogue": "/courses/?q=variant", "course": COURSE},
    "learner@example.org": {
        "lesson": f"{COURSE}genome-and-variation/what-a-genome-is/",
        "quiz": f"{COURSE}genome-and-variation/quiz/",
        "my-learning": "/my/",
    },
    "finisher@example.org": {"certificates": "/my/certificates/"},
    "lead@example.org": {"insights": "/insights/"},
    "instructor@example.org": {"cms": "/cms/"},
}


def main(address: str | None) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        if address:
            academy = Demo(address, ROOT / "var", process=None, log=Path(os.devnull))
        else:
            scratch = stack.enter_context(tempfile.TemporaryDirectory())
            academy = stack.enter_context(demo(Path(scratch)))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_program("chromium"), args=CHROMIUM_OPTIONS)
        for person, pages in PICTURES.items():
            take(browser, academy, person, pages)
        browser.close()


def take(browser: Browser, academy: Demo, person: str | None, pages: dict[str, str]) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        if person:
            steps.sign_in(page, academy, person)
        for name, path in pages.items():
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(f"{academy.url}{path}", wait_until="networkidle")
                if name == "quiz":  # what keeps to the foot of the screen belongs at the foot of the picture
                    page.set_viewport_size({"width": width, "height": height_of(page)})
                save(page, f"{name}-{width}")
        if person == "finisher@example.org":
            picture_of_certificate(page, academy)
        if person == "instructor@example.org":
            picture_of_editor(page, academy)


def picture_of_certificate(page: Page, academy: Demo) -> None:
    page.goto(f"{academy.url}/my/certificates/")
    public = page.locator("main a[href^='/certificates/']:not([href$='.pdf'])").first.get_attribute("href")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{academy.url}{public}")
        save(page, f"certificate-{width}")


def picture_of_editor(page: Page, academy: Demo) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{academy.url}/cms/pages/search/?q=what+a+genome+is")
    page.locator("main a[href*='/edit/']").first.click()
    page.wait_for_load_state("networkidle")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        save(page, f"cms-editor-{width}")


def height_of(page: Page) -> int:
    return min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)


def save(page: Page, name: str) -> None:
    height = height_of(page)
    width = page.viewport_size["width"]
    shot = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    Image.open(io.BytesIO(shot)).convert("RGB").save(FOLDER / f"{name}.webp", quality=82, method=6)
    print(f"docs/pictures/{name}.webp")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
