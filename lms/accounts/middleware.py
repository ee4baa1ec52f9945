import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from lms.accounts.guards import turn_away
from lms.accounts.queries import may_enter_cms

Handler = Callable[[HttpRequest], HttpResponseBase]


class PersonalSettingsMiddleware:
    """Show times in the signed-in person's own time zone."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = request.user.time_zone if request.user.is_authenticated else ""
        if name in zoneinfo.available_timezones():
            timezone.activate(zoneinfo.ZoneInfo(name))
        else:
            timezone.deactivate()
        return self.get_response(request)


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
