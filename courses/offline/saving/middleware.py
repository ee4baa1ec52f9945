from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class KeptPageMiddleware:
    """Say for whom a device may keep a page, where the page itself allows it (`may_be_kept`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "GET" and response.status_code == 200 and (owner := getattr(request, "kept_for", "")):
            response["Kept-For"] = owner
        return response


class SharedTextMiddleware:
    """Let shared caches keep one copy of what is the same for everybody, whoever asks and in whatever language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(response, "is_for_everybody", False):
            del response["Vary"]  # sessions and languages were looked at on the way, and changed nothing
        return response
