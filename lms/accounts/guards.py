"""Who is let in where only staff belong: one answer for the CMS and for our own pages."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.accounts.queries import has_second_factor

Test = Callable[[User | AnonymousUser], bool]


def turn_away(request: HttpRequest, may: Test) -> HttpResponseBase | None:
    """Return None for who may come in; else where they are sent.

    Signed out: to sign-in, with the way back. Without the role: Http404, since the place is none of theirs. Without the
    second factor that staff need: to set one up.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not may(request.user):
        raise Http404
    if settings.STAFF_SECOND_FACTOR_REQUIRED and not has_second_factor(request.user):
        messages.warning(request, _("Staff sign in with a second factor. Set one up here, then go on."))
        return redirect("mfa_index")
    return None


def staff_only(may: Test) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Decorate a view so that only staff whom `may` lets in see it: `@staff_only(may_see_insights)`."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            return turn_away(request, may) or view(request, *args, **kwargs)

        return guarded

    return decorate
