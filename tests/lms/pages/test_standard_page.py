import pytest

from lms.pages.models import StandardPage
from tests.factories.pages import home_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact():
    body = [("heading", "Where"), ("text", "<p>Write to <b>us</b>.</p>"), ("contact_address", None)]
    return home_page().add_child(instance=StandardPage(title="Contact", slug="contact", intro="For you.", body=body))


def test_a_standard_page_shows_its_text(client, contact):
    page = client.get(contact.url).content.decode()
    for words in ("<h1>Contact</h1>", "For you.", "Where</h2>", "Write to <b>us</b>."):
        assert words in page


def test_the_contact_address_is_the_operators(client, contact, settings):
    settings.CONTACT_EMAIL = "help@academy.example.org"
    assert 'href="mailto:help@academy.example.org"' in client.get(contact.url).content.decode()
    settings.CONTACT_EMAIL = ""
    page = client.get(contact.url).content.decode()
    assert "mailto:" not in page
    assert "has not set an address" in page
