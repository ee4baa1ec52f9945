import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.queries import needs_second_factor

Handler = Callable[[HttpRequest], HttpResponse]


class PersonalSettingsMiddleware:
    """Show times in the signed-in person's own time zone."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.user.time_zone if request.user.is_authenticated else ""
        if name in zoneinfo.available_timezones():
            timezone.activate(zoneinfo.ZoneInfo(name))
        else:
            timezone.deactivate()
        return self.get_response(request)


class StaffSecondFactorMiddleware:
    """Let staff into the CMS and the overviews only once they have set up a second factor."""

    GUARDED = ("/cms/", "/insights/", "/teach/")

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.STAFF_SECOND_FACTOR_REQUIRED
            and request.path.startswith(self.GUARDED)
            and request.user.is_authenticated
            and needs_second_factor(request.user)
        ):
            messages.warning(request, _("Staff sign in with a second factor. Set one up here, then go on."))
            return redirect("mfa_index")
        return self.get_response(request)
