from collections.abc import Callable

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PreviewFrameMiddleware:
    """Let the editor show a page's preview in a frame; pages as readers get them stand in nobody's frame."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        self.get_framed_response = csp_replace({"frame-ancestors": [SELF]})(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Wagtail runs a preview through all middleware as a request of its own, marked as a dummy.
        is_preview = getattr(request, "is_dummy", False)
        return self.get_framed_response(request) if is_preview else self.get_response(request)
