"""What becomes of an address that is right in another language, and of a refusal that met the CMS."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from wagtail.models import Locale

from lms.lib.errors import Refusal
from lms.pages.middleware import RefusalInCmsMiddleware
from lms.pages.models import HomePage, StandardPage
from tests.factories.pages import home_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def english() -> StandardPage:
    """A page at /help/."""
    return home_page().add_child(instance=StandardPage(title="Help", slug="help"))


@pytest.fixture
def french_home(english) -> HomePage:
    locale = Locale.objects.create(language_code="fr")
    home = home_page().copy_for_translation(locale)
    home.save_revision().publish()
    return HomePage.objects.get(pk=home.pk)


def translate(english: StandardPage, home: HomePage, *, slug: str, live: bool = True) -> StandardPage:
    page = StandardPage(title="Aide", slug=slug, locale=home.locale, translation_key=english.translation_key, live=live)
    return home.add_child(instance=page)


def test_page_not_translated_leads_to_the_original_and_says_why(client, english, french_home):
    answer = client.get("/fr/help/")
    assert (answer.status_code, answer.url) == (302, "/help/")
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "This page is not there in Français yet, so here is the original."
    ]


def test_path_of_the_original_leads_to_a_translation_that_is_called_otherwise(client, english, french_home):
    translate(english, french_home, slug="aide")
    answer = client.get("/fr/help/")
    assert (answer.status_code, answer.url) == (302, "/fr/aide/")
    assert list(get_messages(answer.wsgi_request)) == []


def test_path_of_a_translation_leads_back_to_the_original(client, english, french_home):
    translate(english, french_home, slug="aide")
    answer = client.get("/aide/")
    assert (answer.status_code, answer.url) == (302, "/help/")


def test_draft_translation_is_not_shown(client, english, french_home):
    translate(english, french_home, slug="aide", live=False)
    assert client.get("/fr/help/").url == "/help/"
    assert client.get("/fr/aide/").status_code == 404


def test_a_page_that_got_another_address_is_found_by_the_old_one_and_so_is_what_lies_below(
    client, english, django_capture_on_commit_callbacks
):
    english.add_child(instance=StandardPage(title="Sound", slug="sound"))
    english.slug = "support"
    with django_capture_on_commit_callbacks(execute=True):
        english.save_revision().publish()
    for old, new in (("/help/", "/support/"), ("/help/sound/", "/support/sound/")):
        answer = client.get(old)
        assert (answer.status_code, answer.url) == (301, new)


def test_page_that_is_nowhere_stays_missing(client, english, french_home):
    assert client.get("/fr/nothing/").status_code == 404
    assert client.get("/nothing/").status_code == 404


def test_page_withheld_at_its_own_address_stays_missing(client, english, monkeypatch):
    from django.http import Http404

    def withhold(self, request, *args, **kwargs):
        raise Http404

    monkeypatch.setattr(StandardPage, "serve", withhold)
    assert client.get("/help/").status_code == 404


def test_what_is_sent_to_a_missing_page_is_not_led_on(client, english, french_home):
    assert client.post("/fr/help/").status_code in (403, 404)


def refused(rf, address: str = "/cms/pages/1/", method: str = "post", **headers):
    """Return the request and what a refusal that nobody caught is answered with."""
    request = getattr(rf, method)(address, headers=headers)
    request.session = {}
    request._messages = FallbackStorage(request)
    return request, RefusalInCmsMiddleware(lambda request: None).process_exception(request, Refusal("Not like this."))


def test_a_refusal_in_the_cms_is_said_where_the_person_came_from(rf):
    request, answer = refused(rf, Referer="http://testserver/cms/pages/1/edit/")
    assert answer["Location"] == "http://testserver/cms/pages/1/edit/"
    assert [str(message) for message in get_messages(request)] == ["Not like this."]


@pytest.mark.parametrize("came_from", ["", "https://elsewhere.example/", "javascript:alert(1)"])
def test_a_refusal_sends_nobody_elsewhere(rf, came_from):
    assert refused(rf, Referer=came_from)[1]["Location"] == "/cms/"


def test_a_dialogue_is_told_of_a_refusal_where_to_go(rf):
    _request, answer = refused(rf, **{"X-Requested-With": "XMLHttpRequest"})
    assert answer.headers["Content-Type"] == "application/json"
    assert b'"redirect": "/cms/"' in answer.content


def test_outside_the_cms_and_where_nothing_was_sent_a_refusal_is_a_fault(rf):
    assert refused(rf, address="/my/")[1] is None
    assert refused(rf, method="get")[1] is None
