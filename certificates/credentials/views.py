import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.credentials import documents
from certificates.credentials.models import SigningKey, StatusList
from certificates.credentials.queries import known_keys

MINUTES_KEPT = 5  # by whoever fetched a document: what a new key signs, or an end, is seen after that
public = cache_control(public=True, max_age=60 * MINUTES_KEPT)


@public
@require_safe
def did_document(request: HttpRequest) -> HttpResponse:
    return open_to_all(documents.did_document(known_keys(), site_url=settings.CERTIFICATE_ISSUER_URL))


@public
@require_safe
def issuer_profile(request: HttpRequest) -> HttpResponse:
    name = settings.CERTIFICATE_ISSUER
    return open_to_all(documents.issuer_profile(known_keys(), site_url=settings.CERTIFICATE_ISSUER_URL, name=name))


@public
@require_safe
def key_document(request: HttpRequest, name: str) -> HttpResponse:
    key = get_object_or_404(SigningKey, name=name)
    return open_to_all(documents.key_document(key.public, site_url=settings.CERTIFICATE_ISSUER_URL))


@public
@require_safe
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    return open_to_all(get_object_or_404(StatusList.objects.exclude(document=""), number=number).document)


def open_to_all(content: dict[str, Any] | str, content_type: str = "application/json") -> HttpResponse:
    """Return an answer that programs in any page, such as a wallet on the web, may read as well."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    response = HttpResponse(text, content_type=f"{content_type}; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response
