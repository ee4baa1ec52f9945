from django import template
from django.conf import settings
from django.utils.translation import get_language

from courses.media import queries
from courses.media.models import Captions, MediaItem
from courses.media.rules import formats

register = template.Library()


@register.simple_tag
def playable(item: MediaItem) -> queries.Playable:
    """What there is of a recording for readers of the page's language: {% playable item as recording %}."""
    return queries.playable(item, get_language() or settings.LANGUAGE_CODE)


@register.simple_tag
def captions_by_language(item: MediaItem) -> list[tuple[str, str, Captions | None]]:
    """(code, name, captions or None) of every language that lessons are written in."""
    stored = {one.language: one for one in item.captions.all()}
    return [(code, name, stored.get(code)) for code, name in settings.LANGUAGES]


@register.filter
def data_size(size_bytes: int) -> str:
    """A size to be said before anything loads, such as "360 kB" or "2.1 MB", of 1,000 and 1,000,000 bytes."""
    return formats.size_in_words(size_bytes)


@register.filter
def clock_time(seconds: float) -> str:
    """A duration such as "6:10" or "1:02:03"."""
    return formats.clock_time(seconds)
