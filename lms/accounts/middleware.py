from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

from lms.accounts.guards import turn_away
from lms.accounts.queries import may_enter_cms
from lms.accounts.zones import activate, zone_name_of

Handler = Callable[[HttpRequest], HttpResponseBase]


class PersonalSettingsMiddleware:
    """Show times by the reader's own clock, and let no shared cache keep what is shown to somebody who is signed in."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_person = request.user.is_authenticated
        activate(zone_name_of(request))
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        if is_person and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response


class CmsDoorMiddleware:
    """Let only staff into the CMS, and only through the academy's own sign-in.

    Wagtail brings a sign-in of its own, which knows neither second factors nor limits; nobody reaches it.
    """

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return self.get_response(request)
        return turn_away(request, may_enter_cms) or self.get_response(request)
