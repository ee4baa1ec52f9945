import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.csrf import _mask_cipher_secret
from django.middleware.http import ConditionalGetMiddleware
from django.test import RequestFactory

from lms.lib.page_tags import SteadyTagMiddleware

SECRET, OTHER = "a" * 32, "b" * 32


def page(secret: str = SECRET, text: str = "A page") -> str:
    token = _mask_cipher_secret(secret)  # other letters each time
    return f'<p>{text}</p><form><input type="hidden" name="csrfmiddlewaretoken" value="{token}"></form>'


def answer_to(body: str, *, secret: str = SECRET, **headers):
    request = RequestFactory().get("/", headers=headers)
    request.META["CSRF_COOKIE"] = secret
    return ConditionalGetMiddleware(SteadyTagMiddleware(lambda request: HttpResponse(body)))(request)


def test_an_unchanged_page_with_a_form_is_not_sent_again():
    first = answer_to(page())
    assert answer_to(page(), **{"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "other", [{"body": page(text="Another")}, {"body": page(OTHER), "secret": OTHER}], ids=["text", "secret"]
)
def test_a_changed_page_or_session_is_another_page(other):
    first = answer_to(page())
    answer = answer_to(**other, **{"if-none-match": first["ETag"]})
    assert answer.status_code == 200


def test_the_tag_does_not_tell_the_secret():
    tag = answer_to(page())["ETag"]
    assert SECRET not in tag
    assert len(tag) == 34


def test_a_page_without_a_form_and_what_is_streamed_keep_the_tag_that_django_gives():
    plain = answer_to("<p>A page</p>")
    assert answer_to("<p>A page</p>", secret=OTHER)["ETag"] == plain["ETag"]
    streamed = SteadyTagMiddleware(lambda request: StreamingHttpResponse([b"a"]))(RequestFactory().get("/"))
    assert not streamed.has_header("ETag")
