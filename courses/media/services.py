import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from wagtail.search import index

from courses.media import ffmpeg, files, queries
from courses.media.errors import LeaseLost, NotPlayable
from courses.media.models import Captions, MediaItem, Rendition
from courses.media.rules import captions, formats
from courses.media.signals import media_waiting
from lms.lib.events import announce

logger = logging.getLogger(__name__)

State = MediaItem.State
Clock = Callable[[], datetime]
MAX_ATTEMPTS = 3
FAILED_TO_COME_BACK = "Workers took it up and never came back."
KEEP_FILES = timedelta(days=1)  # pages kept by browsers and caches still name a file that was replaced


def wait_for_worker(item: MediaItem) -> None:
    """Let a recording wait to be prepared, afresh: after an upload, or after whatever made it fail was mended."""
    MediaItem.objects.filter(pk=item.pk).update(
        state=State.WAITING, reason="", attempts=0, lease=None, leased_until=None
    )
    announce(media_waiting, sender=MediaItem)


def prepare_next(*, clock: Clock) -> bool:
    """Prepare the recording that has waited longest; say whether there was one.

    May run twice, late, or side by side: each machine has one workshop, and each recording is leased to one worker, who
    renews the lease while at it. A lease that lapsed is anybody's.
    """
    with files.workshop() as folder:
        if folder is None:
            return False  # whoever is at work rings for the next
        taken = _take_next(clock())
        if taken is None:
            return False
        _prepare(*taken, folder, clock=clock)
    return True


def save_captions(item: MediaItem, *, language: str, cues: Sequence[captions.Cue], transcript: str) -> Captions:
    """Store what is said in a recording in one language; lessons that hold it are found by the new words at once.

    transcript: empty to take it from the captions.
    """
    saved, _created = Captions.objects.update_or_create(
        item=item,
        language=language,
        defaults={
            "webvtt": captions.write_captions(cues),
            "transcript": transcript.strip() or captions.transcript_of(cues),
        },
    )
    for holder, _references in item.get_usage():
        index.insert_or_update_object(holder)
    return saved


def remove_leftover_files(*, now: datetime) -> int:
    """Remove files that no rendition names: of deleted or replaced uploads, or of a killed worker; return how many."""
    old = list(files.stored_before(now - KEEP_FILES))
    leftover = set(old) - queries.names_in_use(old)
    for name in leftover:
        files.remove(name)
    return len(leftover)


def _take_next(now: datetime) -> tuple[MediaItem, UUID] | None:
    lease = uuid4()
    while (waiting := queries.items_to_prepare(now).first()) is not None:
        won = (
            queries.items_to_prepare(now)
            .filter(pk=waiting.pk)
            .order_by()
            .update(state=State.WORKING, lease=lease, leased_until=_lease_end(now), attempts=F("attempts") + 1)
        )
        if won:
            return MediaItem.objects.get(pk=waiting.pk), lease
    return None


def _prepare(item: MediaItem, lease: UUID, folder: Path, *, clock: Clock) -> None:
    if item.attempts > MAX_ATTEMPTS:
        _fail(item, lease, item.reason or FAILED_TO_COME_BACK)
        return
    try:
        made, facts = _make_files(item, lease, folder, clock=clock)
    except NotPlayable as refusal:
        _fail(item, lease, str(refusal))
    except LeaseLost:
        logger.info("Media %s was taken from this worker", item.pk)
    except Exception as error:
        # Kept for whoever looks into it; the lease runs out and the sweep tries again.
        MediaItem.objects.filter(pk=item.pk, lease=lease).update(reason=repr(error)[:300])
        raise
    else:
        _finish(item, lease, made, facts)


def _make_files(item: MediaItem, lease: UUID, folder: Path, *, clock: Clock) -> tuple[list[Rendition], formats.Facts]:
    source = files.local_path(item.file, folder)
    facts = ffmpeg.check(source, is_video=item.is_video)
    kinds = formats.wanted(facts, is_video=item.is_video)
    ffmpeg.make(source, kinds, folder, facts=facts, on_tick=_lease_keeper(item, lease, clock))
    made = [_rendition(item, kind, folder / formats.file_name(kind)) for kind in kinds]
    # An upload may not know how long it is; what was made of it does.
    first = ffmpeg.check(folder / formats.file_name(kinds[0]), is_video=item.is_video)
    return made, formats.Facts(first.duration_seconds, facts.width, facts.height, facts.has_sound)


def _rendition(item: MediaItem, kind: str, path: Path) -> Rendition:
    is_picture = kind in formats.SHORT_SIDE
    facts = ffmpeg.check(path, is_video=True) if is_picture else formats.Facts(None)
    return Rendition(
        item=item,
        kind=kind,
        file=files.store(path, item.pk),
        size_bytes=path.stat().st_size,
        width=facts.width,
        height=facts.height,
    )


@transaction.atomic
def _finish(item: MediaItem, lease: UUID, made: list[Rendition], facts: formats.Facts) -> None:
    won = MediaItem.objects.filter(pk=item.pk, lease=lease).update(
        state=State.READY,
        reason="",
        lease=None,
        leased_until=None,
        duration=facts.duration_seconds or 0,
        width=facts.width or None,
        height=facts.height or None,
    )
    if won:
        item.renditions.all().delete()
        Rendition.objects.bulk_create(made)


def _lease_keeper(item: MediaItem, lease: UUID, clock: Clock) -> Callable[[], None]:
    """Return what, called often, renews the lease now and then. It raises LeaseLost once the lease is no longer ours."""
    renewed_at = clock()

    def keep() -> None:
        nonlocal renewed_at
        now = clock()
        if now < renewed_at + timedelta(seconds=settings.MEDIA_LEASE_SECONDS / 3):
            return
        if not MediaItem.objects.filter(pk=item.pk, lease=lease).update(leased_until=_lease_end(now)):
            raise LeaseLost
        renewed_at = now

    return keep


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.MEDIA_LEASE_SECONDS)


def _fail(item: MediaItem, lease: UUID, reason: str) -> None:
    if MediaItem.objects.filter(pk=item.pk, lease=lease).update(
        state=State.FAILED, reason=reason[:300], lease=None, leased_until=None
    ):
        # An error and not a warning: somebody has to look at it, or upload another file.
        logger.error("Media %s failed: %s", item.pk, reason)
