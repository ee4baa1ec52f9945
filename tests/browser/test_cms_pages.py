"""What programme leads read and answer in the CMS: accessible, by day and by night, and whole on a narrow screen."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import steps
from tests.browser.test_pages import COLOUR_RULES, EVERY_RULE
from tests.services import Demo

pytestmark = pytest.mark.browser

AUDIT = """
from uuid import uuid4
from django.utils import timezone
from tests.factories.access import audited
from tests.factories.accounts import UserFactory
audited(UserFactory(name="Demo Audited", email=f"audited-{uuid4().hex}@example.org"), now=timezone.now())
"""
# Lists, and the first of what each leads to.
PAGES = {
    "/cms/access/reviews/": ["/requests/", "/appeals/"],
    "/cms/access/reviews/weeks/": [],
    "/cms/access/audits/": ["/audits/"],
    "/cms/access/hardship/": [],
    "/cms/access/policies/": ["/policies/", "/countries/"],
    "/cms/access/policies/1/copy/": [],
    "/cms/seats/": ["/seats/"],
}


@pytest.fixture(scope="module")
def lead(demo: Demo, browser):
    demo.manage("shell", "-c", AUDIT)
    context = browser.new_context()
    page = context.new_page()
    steps.sign_in(page, demo, "lead@example.org")
    yield page
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_page_of_the_cms_is_accessible_narrow_and_wide_by_day_and_night(demo: Demo, lead: Page, path: str):
    lead.goto(f"{demo.url}{path}")
    found = []
    for address in [path, *(first_link(lead, part) for part in PAGES[path])]:
        for width in (360, 1280):
            for scheme, asked in (("light", EVERY_RULE), ("dark", COLOUR_RULES)):
                lead.set_viewport_size({"width": width, "height": 900})
                lead.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                lead.goto(f"{demo.url}{address}")
                for violation in Axe().run(lead, options=asked).response["violations"]:
                    nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
                    found.append(f"{address}, {width} px, {scheme}: {violation['id']}: {violation['help']}: {nodes}")
            cut_off = lead.locator("#main").evaluate("main => main.scrollWidth - main.clientWidth")
            if cut_off > 0:
                found.append(f"{address}, {width} px: {cut_off} px are cut off")
    assert found == []


def first_link(page: Page, part: str) -> str:
    addresses = [link.get_attribute("href") or "" for link in page.locator("#main a[href]").all()]
    return next(address for address in addresses if re.search(rf"{part}\d+/$", address))
