"""What a lesson's recordings still lack before learners may see them."""

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue

from courses.lessons.blocks import RECORDINGS
from courses.media.models import MediaItem
from courses.media.queries import playable


def problems_of_recordings(body: StreamValue, language: str) -> dict[int, str]:
    """Return place in the body -> why a lesson in a language cannot be published with the recording there; empty if it can."""
    found = {
        number: problem_of(piece.value, language)
        for number, piece in enumerate(body)
        if piece.block_type in RECORDINGS and piece.value
    }
    return {number: problem for number, problem in found.items() if problem}


def problem_of(item: MediaItem, language: str) -> str:
    """Return why learners may not see a recording in a language yet; "" if they may."""
    recording = playable(item, language)
    if recording.first is None and item.state == MediaItem.State.FAILED:
        return _("“%(title)s” could not be prepared. See why under Media, then publish.") % {"title": item.title}
    if recording.first is None:
        return _("“%(title)s” is still being prepared. Save a draft, and publish when it is ready.") % {
            "title": item.title
        }
    if recording.captions is None:
        return _(
            "“%(title)s” has no captions and transcript in %(language)s. Add them under Media, then publish: some "
            "learners cannot hear it, and some cannot load it."
        ) % {"title": item.title, "language": dict(settings.LANGUAGES)[language]}
    return ""
