from django.conf import settings

from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage
from courses.media.models import MediaItem
from courses.progress.models import WatchedMedia


def watched_share(enrolment: Enrolment, item: MediaItem) -> float:
    """Return how much of a recording counts as watched, in [0, 1]; one query."""
    watched = WatchedMedia.objects.filter(enrolment=enrolment, item=item)
    return watched.values_list("reached_fraction", flat=True).first() or 0.0


def original_recording(page: LessonPage, item_id: int) -> int:
    """Return which recording of the first language one of a lesson stands for: itself, or the one in its place there."""
    original = LessonPage.objects.filter(
        translation_key=page.translation_key, locale__language_code=settings.LANGUAGE_CODE
    ).first()
    theirs = original.recording_ids if original else []
    place = page.recording_ids.index(item_id)
    return item_id if item_id in theirs or place >= len(theirs) else theirs[place]


def resume_seconds(enrolment: Enrolment, item: MediaItem) -> float:
    """Return where a learner stopped in a recording; 0 if they have not begun."""
    watched = WatchedMedia.objects.filter(enrolment=enrolment, item=item)
    return watched.values_list("position_seconds", flat=True).first() or 0.0
