from django.http import HttpResponse
from django.test import RequestFactory

from lms.lib.policy import PagePolicyMiddleware, allow_style


def policy_after(*sources: str) -> str:
    def view(request):
        for source in sources:
            allow_style(request, source)
        return HttpResponse("A page")

    return PagePolicyMiddleware(view)(RequestFactory().get("/"))["Content-Security-Policy"]


def test_a_style_in_a_page_is_allowed_by_its_hash_alone():
    policy = policy_after("'sha256-abc='", "'sha256-abc='", "'sha256-def='")
    assert "style-src 'self' 'sha256-abc=' 'sha256-def=';" in f"{policy};"
    assert "unsafe" not in policy


def test_a_page_without_a_style_allows_none():
    assert "style-src 'self';" in f"{policy_after()};"


def test_what_one_page_allows_the_next_does_not():
    policy_after("'sha256-abc='")
    assert "sha256" not in policy_after()
