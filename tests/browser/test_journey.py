"""The main job, end to end, in Chromium, on a running demo: from sign-up to a certificate that a stranger can check."""

import io
import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser import steps

pytestmark = pytest.mark.browser

COURSE = "cell-and-gene-therapy"
NAME = "Zażółć Demo-Learner"


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_from_sign_up_to_a_certificate_that_a_stranger_can_check(demo, browser, has_script):
    address = f"journey-{uuid4().hex[:8]}@example.org"
    with browser.new_context(java_script_enabled=has_script, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        steps.sign_up(page, demo, address, "a-long-enough-secret")
        steps.enrol(page, demo, COURSE, name=NAME, country="KE")
        assert steps.study_to_the_end(page, demo, COURSE) >= 12

        # The certificate is rendered by the worker: first waiting, then there.
        page.goto(f"{demo.url}/my/certificates/")
        download = page.locator("[data-action=download-certificate]")
        steps.wait_for(lambda: bool(page.reload() and download.count()), seconds=90, what="the certificate")
        address_of_file = download.first.get_attribute("href")
        file = context.request.get(f"{demo.url}{address_of_file}")
        assert file.ok
        text = PdfReader(io.BytesIO(file.body())).pages[0].extract_text()
        assert NAME in text
        mail = steps.wait_for_mail(demo, address, "/certificates/")
        assert "/v/" in mail or "/certificates/" in mail

    serial = re.search(r"/certificates/([0-9A-Z]{12})\.pdf", address_of_file)[1]
    with browser.new_context(java_script_enabled=has_script) as strangers:
        page = strangers.new_page()
        page.goto(f"{demo.url}/certificates/")
        page.fill("input[name=code]", f"{serial[:4]} {serial[4:8]} {serial[8:]}".lower())
        page.locator("main form button[type=submit]").first.click()
        expect(page).to_have_url(f"{demo.url}/certificates/{serial}/")
        expect(page.locator("main")).to_contain_text(NAME)
        refused = strangers.request.get(f"{demo.url}{address_of_file}", max_redirects=0)
        assert (refused.status, "/accounts/login/" in refused.headers["location"]) == (302, True)
        page.goto(f"{demo.url}/v/{serial}")
        expect(page).to_have_url(f"{demo.url}/certificates/{serial}/")
