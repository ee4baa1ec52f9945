from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates.credentials.views import open_to_all
from certificates.issuing import services, tasks
from certificates.issuing.errors import CannotBeDrawn
from certificates.issuing.forms import CorrectionForm, LanguageForm
from certificates.issuing.models import Certificate, Credential
from certificates.issuing.queries import certificates_held_by, certificates_of, further_languages, public_credential
from certificates.issuing.rules import profile_address
from certificates.rendering.words import in_words
from lms.accounts.guards import turn_away
from lms.accounts.queries import may_see_any_certificate
from lms.lib.errors import Refusal


@login_required
@require_safe
def my_certificates(request: HttpRequest) -> HttpResponse:
    facts = {
        "certificates": certificates_held_by(request.user),
        "trail": [(reverse("my_learning"), _("My learning"))],
    }
    return render(request, "certificates/issuing/my_certificates.html", facts)


@login_required
@require_safe
def my_certificate(request: HttpRequest, serial: str) -> HttpResponse:
    """Show a learner what they can do with one of their certificates."""
    certificate = get_object_or_404(certificates_of(request.user), serial=serial)
    if certificate.state != Certificate.State.ISSUED:
        return redirect("my_certificates")
    return _own_page(request, certificate, CorrectionForm(certificate=certificate))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def other_language(request: HttpRequest, serial: str) -> HttpResponse:
    """Say what having a certificate in another language means, then replace it by one."""
    certificate = get_object_or_404(certificates_of(request.user).issued(), serial=serial)
    form = LanguageForm(request.POST or request.GET, certificate=certificate)
    if not form.is_valid():
        return redirect("my_certificate", serial)
    if request.method == "POST":
        try:
            opened = services.reissue_certificate(
                certificate, language=form.cleaned_data["language"], by=request.user, now=timezone.now()
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("my_certificates")
        tasks.render_certificate.delay_on_commit(opened.pk)
        said = _("Your certificate is being made in this language: %(language)s. It replaces the one before.")
        messages.success(request, said % {"language": form.chosen_name})
        return redirect("my_certificates")
    award = certificate.award
    own_page = reverse("my_certificate", args=[serial])
    facts = {
        "certificate": certificate,
        "award": award,
        "form": form,
        "trail": [*_trail(), (own_page, award.course_title)],
    }
    return render(request, "certificates/issuing/other_language.html", facts)


@login_required
@require_POST
def ask_correction(request: HttpRequest, serial: str) -> HttpResponse:
    """Hand in what a learner says is wrong on their certificate."""
    certificate = get_object_or_404(certificates_of(request.user).issued(), serial=serial)
    form = CorrectionForm(request.POST, certificate=certificate)
    if form.is_valid():
        try:
            services.ask_correction(certificate, **form.cleaned_data, now=timezone.now())
        except Refusal as refusal:
            form.add_error("name" if isinstance(refusal, CannotBeDrawn) else None, str(refusal))
        else:
            messages.success(request, _("Thank you. We look at it and write to you."))
            return redirect("my_certificate", serial)
    return _own_page(request, certificate, form)


def _own_page(request: HttpRequest, certificate: Certificate, form: CorrectionForm) -> HttpResponse:
    award = certificate.award
    facts = {
        "certificate": certificate,
        "award": award,
        "facts": in_words(award),
        "has_credential": Credential.objects.filter(certificate=certificate).exists(),
        "languages": further_languages(certificate),
        "corrections": list(certificate.correction_requests.order_by("-asked_at", "-pk")[:1]),
        "profile_url": profile_address(award),
        "form": form,
        "trail": _trail(),
    }
    return render(request, "certificates/issuing/my_certificate.html", facts)


def _trail() -> list[tuple[str, str]]:
    return [(reverse("my_learning"), _("My learning")), (reverse("my_certificates"), _("My certificates"))]


@login_required
@require_POST
def use_profile_name(request: HttpRequest, serial: str) -> HttpResponse:
    """Make a certificate that could not be drawn again, with the name in the profile."""
    certificate = get_object_or_404(certificates_of(request.user), serial=serial)
    if services.take_name_from_profile(certificate):
        tasks.render_certificate.delay_on_commit(certificate.pk)
        messages.success(request, _("Your certificate is being made with the name in your profile."))
    return redirect("my_certificates")


@login_required
@require_safe
def certificate_file(request: HttpRequest, serial: str) -> HttpResponseBase:
    """Send the PDF to its holder and to staff; for all others it does not exist."""
    found = _seen_by(request, serial)
    if not isinstance(found, Certificate):
        return found
    with storages["private"].open(found.file_name) as file:
        return _private_file(found, file.read(), "application/pdf", f"certificate-{serial}.pdf")


@login_required
@require_safe
def certificate_picture(request: HttpRequest, serial: str) -> HttpResponseBase:
    """Send the picture to share, which carries the credential, to its holder and to staff."""
    found = _seen_by(request, serial)
    if not isinstance(found, Certificate):
        return found
    return _private_file(found, services.picture_to_share(found), "image/png", f"certificate-{serial}.png")


@login_required
@require_safe
def certificate_thumbnail(request: HttpRequest, serial: str) -> HttpResponseBase:
    """Send the small picture of the file to its holder and to staff."""
    found = _seen_by(request, serial)
    if not isinstance(found, Certificate):
        return found
    return _private_file(found, services.small_picture(found), "image/webp")


def _seen_by(request: HttpRequest, serial: str) -> Certificate | HttpResponseBase:
    """Return an issued certificate to its holder and to staff, to others what turns them away."""
    certificate = certificates_of(request.user).issued().filter(serial=serial).first()
    if certificate:
        return certificate
    if turned_away := turn_away(request, may_see_any_certificate):
        return turned_away
    return get_object_or_404(Certificate.objects.issued(), serial=serial)


def _private_file(certificate: Certificate, data: bytes, content_type: str, save_as: str = "") -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)  # some 40 kB: not worth streaming
    if save_as:
        response["Content-Disposition"] = f'attachment; filename="{save_as}"'
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{certificate.file_sha256}"'
    return response


@cache_control(public=True, no_cache=True)
@require_safe
def credential_document(request: HttpRequest, serial: str) -> HttpResponse:
    """Send the signed credential to anyone with the link; whether it still holds is in its status list."""
    return _unlisted(open_to_all(_credential(serial).document))


@cache_control(public=True, no_cache=True)
@require_safe
def credential_token(request: HttpRequest, serial: str) -> HttpResponse:
    return _unlisted(open_to_all(_credential(serial).token, "application/jwt"))


def _credential(serial: str) -> Credential:
    found = public_credential(serial)
    if found is None:
        raise Http404
    return found


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Keep names out of search engines."""
    response["X-Robots-Tag"] = "noindex"
    return response
