from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from certificates.award import language_of_name, show_serial
from certificates.issuing.models import Certificate
from certificates.issuing.rules import is_well_formed, read_serial
from certificates.rendering.words import in_words
from certificates.verification import queries
from certificates.verification.checks import check
from certificates.verification.files import LARGEST, look_at
from certificates.verification.forms import TOO_LARGE, CodeForm, FileForm
from lms.accounts.limits import limited

State = Certificate.State
REST_OF_FORM = 10_000  # bytes that a browser sends around the file
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


@csrf_exempt  # it changes nothing, and reading the token would read the file before its size is known
@require_http_methods(["GET", "HEAD", "POST"])
@limited("check-file", most=20)
def check_file(request: HttpRequest) -> HttpResponse:
    """Say of a file that somebody was given whether it is as we issued it; nothing of it is kept."""
    trail = [(reverse("verify_certificate"), gettext("Verify a certificate"))]
    facts: dict[str, object] = {"form": FileForm(), "found": None, "trail": trail}
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST + REST_OF_FORM:
        facts["refusal"] = TOO_LARGE
    elif request.method == "POST":
        form = FileForm(request.POST, request.FILES)
        facts["form"] = form
        if form.is_valid():
            facts["found"] = look_at(form.cleaned_data["file"])
    response = render(request, "certificates/verification/check_file.html", facts)
    response["Cache-Control"] = "no-store"
    return _unlisted(response)


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
