from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from lms.accounts.forms import ProfileForm, TimeZoneForm
from lms.accounts.models import User
from lms.accounts.queries import LEFT_OUT, PICTURES, SHOWN, suggested_institutions
from lms.accounts.services import follow_wishes, person_of_reminders, save_profile
from lms.accounts.zones import CHOSEN, readers_zone

A_YEAR = 365 * 24 * 3600


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what a person has told about themselves; goes on in the language they chose."""
    person = get_object_or_404(User.objects.select_related("institution"), email=request.user.email)
    form = ProfileForm(request.POST or None, instance=person)
    if form.is_valid():
        save_profile(form.instance, institution_name=form.cleaned_data["institution_name"])
        with translation.override(form.instance.language or translation.get_language()):
            messages.success(request, _("Your profile is saved."))
            return redirect(reverse("profile"))
    suggestions = suggested_institutions(str(request.user.country))
    return render(request, "accounts/profile.html", {"form": form, "institutions": suggestions})


@csrf_exempt  # a mail program posts it by itself; who has the address may only stop, or want again, one person's reminders
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_reminders(request: HttpRequest, token: str) -> HttpResponse:
    """Stop somebody's reminders from the address in their mails, without signing in: asks first, unless a mail program posts."""
    try:
        person = get_object_or_404(User, pk=person_of_reminders(token), is_active=True)
    except BadSignature as bad:
        raise Http404 from bad
    if request.method == "POST":
        follow_wishes(person, wants_reminders="again" in request.POST)
    with translation.override(person.language or translation.get_language()):
        return render(request, "accounts/reminders.html", {"wants_reminders": person.wants_reminders})


@require_http_methods(["GET", "HEAD", "POST"])
def time_zone(request: HttpRequest) -> HttpResponse:
    """Ask which zone times are shown in; kept in the profile of who is signed in, else in the browser. Leads back."""
    following = _following(request) or reverse("wagtail_serve", args=["webinars/"])
    zone = readers_zone()
    form = TimeZoneForm(request.POST or None, current=timezone.get_current_timezone_name() if zone else "")
    if not form.is_valid():
        return render(request, "accounts/time_zone.html", {"form": form, "next": following})
    name = form.cleaned_data["time_zone"]
    response = HttpResponseRedirect(following)
    if request.user.is_authenticated:
        request.user.time_zone = name
        request.user.save(update_fields=["time_zone"])
    else:
        response.set_cookie(CHOSEN, name, max_age=A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


@require_POST
def pictures(request: HttpRequest) -> HttpResponse:
    """Leave out pictures from now on, or show them again: kept with who is signed in, else in the browser. Leads back."""
    choice = SHOWN if request.POST.get("pictures") == SHOWN else LEFT_OUT
    response = HttpResponseRedirect(_following(request) or reverse("wagtail_serve", args=[""]))
    if request.user.is_authenticated:
        request.user.lite_pages = choice == LEFT_OUT
        request.user.save(update_fields=["lite_pages"])
        if choice == LEFT_OUT:  # which is theirs, not of whoever holds the phone next
            response.delete_cookie(PICTURES, samesite="Lax")
            return response
    # Who asks for pictures in a browser that saves data is to get them there, signed in or not.
    response.set_cookie(PICTURES, choice, max_age=A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def _following(request: HttpRequest) -> str:
    """Return the page to lead back to, if it is one of ours."""
    following = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure())
    return following if is_ours else ""
