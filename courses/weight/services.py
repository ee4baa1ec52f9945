from collections.abc import Iterable
from datetime import datetime
from functools import cache, partial

from compression_middleware.br import brotli_compress
from django.utils import translation

from courses.lessons.models import LessonPage
from courses.lessons.pictures import file_of, pictures_in, with_one_file
from courses.lessons.texts import kept_text, make_text
from courses.media.models import MediaItem, Rendition
from courses.weight.models import LessonWeight
from courses.weight.queries import lessons_to_weigh
from courses.weight.rules import Weight
from lms.lib.bundles import bundles, join
from lms.lib.sweeps import one_by_one

AT_ONCE = 100
NOT_WHOLE = -1  # no revision: it is due again until its recordings are prepared
EVERY_PAGE, WITH_RECORDINGS = "bundles/offline.js", "bundles/recording.js"


def weigh(page: LessonPage, *, is_draft: bool = False) -> Weight:
    """Return what a lesson weighs as it stands in this page; makes the files of its pictures where there are none yet."""
    with translation.override(page.locale.language_code):
        text = make_text(page) if is_draft else kept_text(page)
    images = pictures_in(page)
    files = [(image.title, file_of(image)) for image in images]
    scripts = [EVERY_PAGE, *([WITH_RECORDINGS] if page.has_recordings else [])]
    return Weight(
        text_bytes=len(brotli_compress(with_one_file(text).encode())),
        script_bytes=sum(map(_script_bytes, scripts)),
        pictures=tuple((title, file.size_bytes) for title, file in files if file),
        recordings=tuple(_sizes_of(page.recordings)),
    )


def record_weight(page: LessonPage, *, now: datetime) -> Weight:
    """Weigh a published lesson, keep what it weighs, and return it."""
    weight = weigh(page)
    LessonWeight.objects.update_or_create(
        page=page,
        defaults={
            "revision_id": (page.live_revision_id or 0) if weight.is_whole else NOT_WHOLE,
            "page_bytes": weight.page_bytes,
            "pictures_bytes": weight.pictures_bytes,
            "recordings_bytes": weight.recordings_bytes,
            "weighed_at": now,
        },
    )
    return weight


def weigh_due_lessons(*, now: datetime) -> None:
    """Weigh published lessons that are due, a hundred at most; twice changes nothing."""
    due = lessons_to_weigh(now)[:AT_ONCE]
    one_by_one(due, partial(record_weight, now=now), failed="Lesson %s cannot be weighed.")


def _sizes_of(items: Iterable[MediaItem]) -> list[tuple[str, int]]:
    """Return title and bytes of the smallest file of each recording that shows all there is, 0 until there is one."""
    items = list(items)
    made: dict[tuple[int, str], int] = {}
    for rendition in Rendition.objects.filter(item__in=items) if items else ():
        made[rendition.item_id, rendition.kind] = rendition.size_bytes
    kinds = (Rendition.Kind.LOW, Rendition.Kind.AUDIO)
    return [(item.title, next((made[item.pk, kind] for kind in kinds if (item.pk, kind) in made), 0)) for item in items]


@cache
def _script_bytes(path: str) -> int:
    return len(brotli_compress(join(path, bundles()[path]).read_bytes()))
