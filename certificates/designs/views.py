from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certificates.designs.models import CertificateDesign
from certificates.designs.queries import design_from, facts_of
from certificates.designs.samples import BY_KEY, SAMPLES, award_of
from certificates.rendering.design import Design
from certificates.rendering.pdf import render as render_certificate
from certificates.rendering.pictures import thumbnail
from certificates.rendering.typesetting import MissingCharacters, missing_characters
from lms.accounts.models import User
from lms.accounts.queries import is_programme_lead

STATEMENT = "1.demo." + "SAMPLE" * 40  # as long as a signed one, and signed by nobody


@require_safe
def design_preview(request: HttpRequest, design_id: int) -> HttpResponse:
    """Show what a design makes of names in several scripts, each a picture that leads to the real file."""
    design = _seen_by(request.user, design_id)
    trail = [
        {"url": reverse(CertificateDesign.snippet_viewset.get_url_name("list")), "label": _("Certificate designs")},
        {
            "url": reverse(CertificateDesign.snippet_viewset.get_url_name("edit"), args=[design_id]),
            "label": str(design),
        },
        {"url": "", "label": _("Preview")},
    ]
    samples = [
        {"key": one.key, "label": one.label, "missing": missing_characters(f"{one.name} {one.title}")}
        for one in SAMPLES
    ]
    facts = {"design": design, "samples": samples, "breadcrumbs_items": trail}
    return render(request, "certificates/designs/preview.html", facts)


@require_safe
def design_sample(request: HttpRequest, design_id: int, sample: str, kind: str) -> HttpResponse:
    """Send a sample certificate as the real file, or as its picture; a sentence where no font draws the name."""
    design = _seen_by(request.user, design_id)
    if sample not in BY_KEY:
        raise Http404
    award, looks = award_of(BY_KEY[sample], on=timezone.localdate()), _as_it_is(design)
    try:
        if kind == "webp":
            response = HttpResponse(thumbnail(award, looks, statement=STATEMENT), content_type="image/webp")
        else:
            response = HttpResponse(
                render_certificate(award, looks, statement=STATEMENT), content_type="application/pdf"
            )
            response["Content-Disposition"] = f'inline; filename="sample-{sample}.pdf"'
    except MissingCharacters as missing:
        facts = {"characters": " ".join(missing.characters)}
        response = render(request, "certificates/designs/not_drawn.html", facts)
    response["Cache-Control"] = "private, no-store"
    return response


def _seen_by(person: User, design_id: int) -> CertificateDesign:
    """Return a design for programme leads; to other staff Wagtail says that they lack the right."""
    if not is_programme_lead(person):
        raise PermissionDenied
    return get_object_or_404(CertificateDesign, pk=design_id)


def _as_it_is(design: CertificateDesign) -> Design:
    return design_from(facts_of(design))
