from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import permission_denied
from wagtail.permissions import policy_registry

from courses.media import services
from courses.media.forms import CaptionsForm
from courses.media.models import Captions, MediaItem

HOUR = 3600  # seconds


@require_safe
def captions(request: HttpRequest, key: UUID) -> HttpResponse:
    """Serve captions to a player. Like pictures they have a public address, which cannot be guessed."""
    stored = get_object_or_404(Captions, key=key)
    response = HttpResponse(stored.webvtt, content_type="text/vtt; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={HOUR}"
    return response


@require_POST
def retry(request: HttpRequest, item_id: int) -> HttpResponse:
    """In the CMS: let a recording that failed wait again."""
    item = get_object_or_404(MediaItem, pk=item_id)
    if not _may_change(request, item):
        return permission_denied(request)
    services.wait_for_worker(item)
    messages.success(request, _("“%(title)s” waits to be prepared again.") % {"title": item.title})
    return redirect("wagtailmedia:edit", item.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_captions(request: HttpRequest, item_id: int, language: str) -> HttpResponse:
    """In the CMS: captions and transcript of a recording in one language."""
    item = get_object_or_404(MediaItem, pk=item_id)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if not _may_change(request, item):
        return permission_denied(request)
    stored = item.captions.filter(language=language).first()
    form = CaptionsForm(request.POST or None, request.FILES or None, item=item, stored=stored)
    if request.method == "POST" and form.is_valid():
        services.save_captions(
            item, language=language, cues=form.cleaned_data["webvtt"], transcript=form.cleaned_data["transcript"]
        )
        messages.success(request, _("The captions and the transcript are saved."))
        return redirect("wagtailmedia:edit", item.pk)
    facts = {"form": form, "item": item, "language": dict(settings.LANGUAGES)[language], "stored": stored}
    return render(request, "courses/media/edit_captions.html", facts)


def _may_change(request: HttpRequest, item: MediaItem) -> bool:
    policy = policy_registry.get_by_type(MediaItem)
    return policy.user_has_permission_for_instance(request.user, "change", item)
