from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SharedTextMiddleware:
    """Let shared caches keep one copy of what is the same for everybody, whoever asks and in whatever language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(response, "is_for_everybody", False):
            del response["Vary"]  # sessions and languages were looked at on the way, and changed nothing
        return response
