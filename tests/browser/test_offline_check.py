"""A certificate is checked from paper with the network off: the code is read off a photograph of the printed page."""

import base64
import io
import json
import re
import subprocess
from datetime import timedelta

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from PIL import Image, ImageFilter
from playwright.sync_api import BrowserContext, Page, expect

from certificates.credentials.keys import EDDSA, PublicKey, SigningKeys, new_jwk
from certificates.credentials.services import signing_keys as record_keys
from certificates.credentials.statements import make_statement
from certificates.issuing.models import Certificate
from certificates.issuing.services import reissue_certificate, revoke_certificate
from certificates.rendering.pdf import render
from tests.factories.accounts import UserFactory
from tests.factories.issuing import issued_certificate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFLINE = "/certificates/offline.html"


def statement_of(certificate: Certificate, keys: SigningKeys) -> str:
    return make_statement(certificate.award, certificate.status_position, keys.ed25519)


def photograph(pdf: bytes) -> Image.Image:
    """Return a page as a phone sees it: at an angle, and not quite sharp."""
    command = ["pdftoppm", "-png", "-r", "250", "-singlefile", "-"]
    drawn = subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True).stdout
    picture = Image.open(io.BytesIO(drawn)).convert("L")
    return picture.rotate(15, expand=True, fillcolor=200).filter(ImageFilter.GaussianBlur(1.8))


def read_off_paper(certificate: Certificate, statement: str) -> str:
    """Return what a phone reads off the printed certificate."""
    found = zxingcpp.read_barcode(photograph(render(certificate.award, statement=statement)))
    assert found
    return found.text


def changed(statement: str, place: int, value: object) -> str:
    """Return the statement with another fact in it, and the old signature."""
    version, key, payload, signature = statement.split(".")
    facts = json.loads(base64.urlsafe_b64decode(payload + "=="))
    facts[place] = value
    text = base64.urlsafe_b64encode(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()).decode()
    return ".".join([version, key, text.rstrip("="), signature])


@pytest.fixture
def keys(signing_keys) -> SigningKeys:
    record_keys(now=timezone.now())
    return signing_keys


@pytest.fixture
def context(browser, live_server):
    context = browser.new_context(locale="en-GB", base_url=live_server.url, viewport={"width": 360, "height": 780})
    yield context
    context.close()


def opened(context: BrowserContext) -> Page:
    """Return the page, loaded once and kept by its worker."""
    page = context.new_page()
    page.goto(OFFLINE)
    expect(page.get_by_text("The page is kept on this device")).to_be_visible()
    return page


def check(page: Page, text: str) -> str:
    """Paste what a code holds; return the verdict."""
    page.locator("#finding").evaluate("box => delete box.dataset.verdict")
    page.fill("#text", text)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#finding")).to_have_attribute("data-verdict", re.compile("."))
    return page.locator("#finding").get_attribute("data-verdict") or ""


def test_a_photographed_certificate_is_checked_with_the_network_off(context, live_server, settings, keys):
    settings.SITE_URL = live_server.url
    certificate = issued_certificate(learner=UserFactory(name="Ana Řehoř"))
    text = read_off_paper(certificate, statement_of(certificate, keys))
    assert text.startswith(f"{live_server.url}/v/{certificate.serial}#1.")
    page = opened(context)
    context.set_offline(True)
    page.goto(text)
    expect(page.get_by_role("heading", name="The signature is genuine")).to_be_visible()
    finding = page.locator("#finding")
    for fact in ("Ana Řehoř", certificate.award.course_title, certificate.award.shown_serial, "12 January 2026"):
        expect(finding).to_contain_text(fact)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_with_a_network_the_address_on_paper_leads_to_the_register(context, live_server, settings, keys):
    settings.SITE_URL = live_server.url
    certificate = issued_certificate()
    page = opened(context)
    page.goto(f"/v/{certificate.serial}#{statement_of(certificate, keys)}")
    expect(page.get_by_role("heading", name="This certificate is valid")).to_be_visible()


def test_whatever_is_changed_in_a_code_is_refused(context, keys):
    certificate, other = issued_certificate(), issued_certificate()
    statement = statement_of(certificate, keys)
    stranger = PublicKey.from_jwk(new_jwk(EDDSA))
    version, name, payload, signature = statement.split(".")
    page = opened(context)
    context.set_offline(True)
    assert check(page, statement) == "genuine"
    spoilt = {
        changed(statement, 0, other.serial): "altered",
        changed(statement, 1, certificate.status_position + 1): "altered",
        changed(statement, 2, "2020-01-01"): "altered",
        changed(statement, 3, "Somebody Else"): "altered",
        changed(statement, 4, "Another course"): "altered",
        changed(statement, 5, "attendance"): "altered",
        f"{version}.{name}.{payload}.{signature[1:]}{signature[0]}": "altered",
        f"{version}.{name}.{payload}.{'A' * 86}": "altered",
        f"{version}.{stranger.short_id}.{payload}.{signature}": "unknown",
        f"2.{name}.{payload}.{signature}": "unreadable",
        f"{statement}.": "unreadable",
        f"{version}.{name}.{payload}": "unreadable",
        "": "unreadable",
        "<img src=x onerror=alert(1)>": "unreadable",
        f"https://genomed.example/v/{other.serial}#{statement}": "mixed",
        f"https://genomed.example/v/{certificate.serial}#{statement}": "genuine",
        f"https://genomed.example/certificates/offline.html#{statement}": "genuine",
    }
    assert {text: check(page, text) for text in spoilt} == spoilt
    check(page, changed(statement, 3, "Somebody Else"))
    expect(page.locator("#finding")).not_to_contain_text("Somebody Else")


def test_a_revoked_certificate_is_shown_as_such_once_the_page_knows(context, keys):
    revoked, replaced = issued_certificate(learner=UserFactory(name="Ana Wrong")), issued_certificate()
    statement = statement_of(revoked, keys)
    page = opened(context)
    assert check(page, statement) == "genuine"
    now = timezone.now()
    revoke_certificate(revoked, public_reason="By mistake", private_reason="", by=UserFactory(), now=now)
    reissue_certificate(replaced, by=UserFactory(), now=now)
    assert check(page, statement) == "genuine"  # as of the snapshot that it has
    page.reload()
    context.set_offline(True)
    assert check(page, statement) == "revoked"
    expect(page.locator("#finding")).not_to_contain_text("Ana Wrong")
    assert check(page, statement_of(replaced, keys)) == "replaced"


def test_the_page_says_how_old_it_is_and_warns_when_that_is_long(context, keys):
    certificate = issued_certificate()
    page = context.new_page()
    page.clock.set_fixed_time(timezone.now() + timedelta(days=40))
    page.goto(OFFLINE)
    expect(page.locator("#knows")).to_contain_text("40 days ago")
    assert check(page, statement_of(certificate, keys)) == "genuine"
    expect(page.locator("#finding")).to_contain_text("That is a while ago")


def test_what_a_browser_cannot_do_is_not_offered(context, keys):
    page = context.new_page()
    page.goto(OFFLINE)
    has_reader = page.evaluate("'BarcodeDetector' in globalThis")
    expect(page.locator("#pictures")).to_be_visible(visible=has_reader)
    expect(page.locator("#no-reader")).to_be_visible(visible=not has_reader)
    expect(page.locator("#no-code")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(browser, live_server, keys, scheme):
    certificate = issued_certificate(learner=UserFactory(name="ليلى مثال"))
    context = browser.new_context(base_url=live_server.url, color_scheme=scheme, viewport={"width": 360, "height": 780})
    page = context.new_page()
    page.goto(OFFLINE)
    assert check(page, statement_of(certificate, keys)) == "genuine"
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    context.close()
