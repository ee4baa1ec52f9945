"""What a reader sees when something is wrong: what happened, and where to go on."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults

from tests.factories.pages import home_page


@pytest.fixture
def request_of_nobody() -> HttpRequest:
    request = RequestFactory().get("/somewhere/")
    request.user = AnonymousUser()
    request.resolver_match = None
    return request


@pytest.mark.django_db
def test_missing_page_offers_the_ways_on(client, validate_html):
    home_page()
    answer = client.get("/nothing-here/")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert "Nothing could be read here" in html
    assert 'action="/courses/"' in html
    assert validate_html(html) == []


@pytest.mark.django_db
def test_form_from_elsewhere_is_refused_with_advice(validate_html):
    home_page()
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "learner@example.org"})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Please send it again" in html
    assert "Nothing has been changed" in html
    assert validate_html(html) == []


def test_forbidden_page_says_who_can_help(request_of_nobody, validate_html):
    answer = defaults.permission_denied(request_of_nobody, PermissionDenied())
    assert answer.status_code == 403
    assert "This is not open to you" in answer.content.decode()
    assert validate_html(answer.content.decode()) == []


@pytest.mark.parametrize(
    ("view", "status", "sentence"),
    [(defaults.server_error, 500, "The fault is ours"), (defaults.bad_request, 400, "The request could not be read")],
)
def test_fault_is_told_without_database_session_or_user(request_of_nobody, validate_html, view, status, sentence):
    """No database mark on this test: a query would fail it."""
    answer = view(RequestFactory().get("/"), *([ValueError()] if status == 400 else []))
    html = answer.content.decode()
    assert answer.status_code == status
    assert sentence in html
    assert validate_html(html) == []


def test_fault_in_arabic_runs_from_right_to_left():
    with translation.override("ar"):
        assert '<html lang="ar" dir="rtl">' in defaults.server_error(RequestFactory().get("/")).content.decode()
