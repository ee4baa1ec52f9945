import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from lms.accounts.guards import turn_away
from lms.accounts.models import time_zones
from lms.accounts.queries import may_enter_cms

Handler = Callable[[HttpRequest], HttpResponseBase]


class PersonalSettingsMiddleware:
    """Show times in the signed-in person's own time zone, and let no shared cache keep what is shown to them."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_person = request.user.is_authenticated
        name = request.user.time_zone if is_person else ""
        if name in time_zones():
            timezone.activate(zoneinfo.ZoneInfo(name))
        else:
            timezone.deactivate()
        response = self.get_response(request)
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
