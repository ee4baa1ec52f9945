from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.award import language_of_name, show_serial
from certificates.issuing.models import Certificate
from certificates.issuing.rules import is_well_formed, read_serial
from certificates.rendering.words import in_words
from certificates.verification import queries
from certificates.verification.checks import check
from certificates.verification.forms import CodeForm
from lms.accounts.limits import limited

State = Certificate.State
PAGES = {
    State.ISSUED: "certificate.html",
    State.REPLACED: "replaced.html",
    State.REVOKED: "revoked.html",
    State.WITHDRAWN: "withdrawn.html",
}

# Enough for a secretary with a pile of papers; codes cannot be guessed at any pace.
at_a_readers_pace = limited("check-certificate", most=60)


@require_safe
@at_a_readers_pace
def verify_certificate(request: HttpRequest) -> HttpResponse:
    """Ask for a code; one that could be right leads to its certificate's page."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("certificate", form.cleaned_data["code"])
    return _unlisted(render(request, "certificates/verification/verify_certificate.html", {"form": form}))


@cache_control(private=True, no_cache=True)
@require_safe
@at_a_readers_pace
def certificate(request: HttpRequest, serial: str) -> HttpResponse:
    """Say to anyone whether a certificate is genuine and still valid, and what it states."""
    meant = read_serial(serial)
    if meant and meant != serial:
        return redirect("certificate", meant)
    found = meant and queries.certificate_in_public(meant)
    if not found:
        shown = show_serial(meant) if meant else serial[:40]
        facts = {"typed": shown, "is_well_formed": bool(meant) and is_well_formed(meant or ""), "form": CodeForm()}
        return _unlisted(render(request, "certificates/verification/not_found.html", facts, status=404))
    facts = {
        "certificate": found,
        "shown_serial": show_serial(found.serial),
        "checked_at": timezone.now().replace(microsecond=0),
        "site": settings.SITE_URL.partition("://")[2],
        "form": CodeForm(),
        "is_holder": found.holder_id == request.user.pk,
        "newest": queries.newest_version(found),
        "checks": check(found) if found.state == State.ISSUED else None,
        **(_stated(found) if found.facts else {}),
    }
    return _unlisted(render(request, f"certificates/verification/{PAGES[State(found.state)]}", facts))


@require_safe
@at_a_readers_pace
def short_address(request: HttpRequest, serial: str) -> HttpResponse:
    """Lead from the address printed on paper to the certificate's page, in the reader's language."""
    with translation.override(translation.get_language_from_request(request)):
        response = redirect(reverse("certificate", args=[read_serial(serial) or serial]))
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return _unlisted(response)


def _stated(certificate: Certificate) -> dict[str, object]:
    award = certificate.award
    return {
        "award": award,
        "facts": in_words(award),
        "name_language": language_of_name(award.name),
        "title_language": language_of_name(award.course_title),
    }


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Keep names and codes out of search engines."""
    response["X-Robots-Tag"] = "noindex"
    return response
