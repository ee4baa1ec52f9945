from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.webinars.calendar import Event, calendar_file
from courses.webinars.queries import live_webinars


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a calendar file of one webinar; 404 until it has a date."""
    webinar = get_object_or_404(live_webinars(), slug=slug, locale__language_code=get_language())
    if webinar.starts_at is None:
        raise Http404
    address = f"{settings.SITE_URL}{webinar.url}"
    changed_at = webinar.last_published_at or webinar.first_published_at or webinar.starts_at
    event = Event(
        uid=f"webinar-{webinar.translation_key}@{urlsplit(settings.SITE_URL).hostname}",
        stamp=changed_at,
        sequence=int(changed_at.timestamp()) - int((webinar.first_published_at or changed_at).timestamp()),
        starts_at=webinar.starts_at,
        ends_at=webinar.ends_at,
        title=webinar.title,
        text=f"{webinar.abstract}\n\n{address}",
        url=address,
    )
    response = HttpResponse(
        calendar_file(event, language=webinar.locale.language_code), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{webinar.slug}.ics"'
    return response
