from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from courses.media.models import Captions, MediaItem, Rendition

Kind = Rendition.Kind
State = MediaItem.State


@dataclass(frozen=True)
class Playable:
    """A recording as a page offers it, in one language. The files are None while, or where, there are none."""

    item: MediaItem
    low: Rendition | None
    high: Rendition | None
    audio: Rendition | None
    poster: Rendition | None
    captions: Captions | None

    @property
    def first(self) -> Rendition | None:
        """The smallest file that shows all there is: what the player holds until another is asked for."""
        return self.low or self.audio

    @property
    def captions_url(self) -> str:
        return reverse("captions", args=[self.captions.key]) if self.captions else ""

    @property
    def transcript_bytes(self) -> int:
        return len(self.captions.transcript.encode()) if self.captions else 0


def playable(item: MediaItem, language: str) -> Playable:
    """Return what there is of a recording for readers of a language; two queries."""
    made = {rendition.kind: rendition for rendition in item.renditions.all()}
    return Playable(
        item=item,
        low=made.get(Kind.LOW),
        high=made.get(Kind.HIGH),
        audio=made.get(Kind.AUDIO),
        poster=made.get(Kind.POSTER),
        captions=item.captions.filter(language=language).first(),
    )


def items_to_prepare(now: datetime) -> QuerySet[MediaItem]:
    """Return recordings that wait, or whose worker has not been heard of, those tried least first, then the oldest."""
    waiting = Q(state=State.WAITING) | Q(state=State.WORKING, leased_until__lt=now)
    return MediaItem.objects.filter(waiting).order_by("attempts", "created_at", "pk")


def names_in_use(names: Collection[str]) -> set[str]:
    """Return which of these files a rendition names."""
    return set(Rendition.objects.filter(file__in=names).values_list("file", flat=True))


def transcripts(items: Collection[MediaItem], language: str) -> list[str]:
    """Return what is said in recordings, in one language; one query, none for no recordings."""
    if not items:
        return []
    told = Captions.objects.filter(item__in=[item.pk for item in items], language=language)
    return list(told.order_by("item").values_list("transcript", flat=True))
