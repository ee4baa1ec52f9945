from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from certificates.issuing import services, tasks
from certificates.issuing.models import Certificate
from certificates.issuing.queries import certificates_held_by, certificates_of
from lms.accounts.guards import turn_away
from lms.accounts.queries import is_staff_member


@login_required
@require_safe
def my_certificates(request: HttpRequest) -> HttpResponse:
    facts = {
        "certificates": certificates_held_by(request.user),
        "trail": [(reverse("my_learning"), _("My learning"))],
    }
    return render(request, "certificates/issuing/my_certificates.html", facts)


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
    certificate = certificates_of(request.user).issued().filter(serial=serial).first()
    if certificate is None:
        turned_away = turn_away(request, is_staff_member)
        if turned_away:
            return turned_away
        certificate = get_object_or_404(Certificate.objects.issued(), serial=serial)
    with storages["private"].open(certificate.file_name) as file:
        response = HttpResponse(file.read(), content_type="application/pdf")  # some 40 kB: not worth streaming
    response["Content-Disposition"] = f'attachment; filename="certificate-{serial}.pdf"'
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{certificate.file_sha256}"'
    return response
