"""A person's own calendar: what they are registered for, under an address that their calendar reads."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from courses.webinars.calendar import CONTENT_TYPE, calendar_file
from courses.webinars.models import CalendarFeed
from courses.webinars.queries import registrations_for_calendar
from courses.webinars.services.feeds import entry_of, feed_of, renew_feed


@require_safe
@cache_control(private=True, max_age=600)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with all that the owner of an address is registered for; the address alone opens it, as calendars need."""
    owner = get_object_or_404(CalendarFeed.objects.select_related("person"), token=token, person__is_active=True).person
    language = owner.language or settings.LANGUAGE_CODE
    with translation.override(language):
        registrations = registrations_for_calendar(owner, now=timezone.now())
        entries = [entry_of(registration.webinar, language=language) for registration in registrations]
        file = calendar_file(entries, name=_("Webinars"))
    return HttpResponse(file, content_type=CONTENT_TYPE)


@login_required
@require_safe
def my_calendar(request: HttpRequest) -> HttpResponse:
    """Show the address of the reader's own calendar, and the ways to subscribe to it."""
    address = f"{settings.SITE_URL}{reverse('calendar_feed', args=[feed_of(request.user).token])}"
    context = {
        "address": address,
        "webcal": f"webcal://{address.partition('://')[2]}",
        "google": f"https://calendar.google.com/calendar/r?{urlencode({'cid': address})}",
        "outlook": f"https://outlook.live.com/calendar/0/addfromweb?{urlencode({'url': address, 'name': _('Webinars')})}",
    }
    return render(request, "courses/webinars/my_calendar.html", context)


@login_required
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    renew_feed(request.user)
    messages.success(request, _("Your calendar has a new address. Whoever had the old one sees nothing any more."))
    return redirect("my_calendar")
