"""The tag by which a browser asks whether a page has changed: the same for as long as what stands on the page is."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

# Django writes the same secret in other letters each time, so that no page tells it by how well it compresses.
_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[A-Za-z0-9]+')


class SteadyTagMiddleware:
    """Tag pages with forms so that ConditionalGetMiddleware finds them unchanged, with whatever letters the token came.

    The secret itself is part of the tag: a page kept from another session holds a token that is worth nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "GET" and isinstance(response, HttpResponse) and not response.has_header("ETag"):
            text, tokens = _TOKEN.subn(rb"\1", response.content)
            if tokens:
                secret = request.META.get("CSRF_COOKIE", "").encode()
                response["ETag"] = f'"{salted_hmac("lms.lib.page_tags", secret + text).hexdigest()[:32]}"'
        return response
