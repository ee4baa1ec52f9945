"""The text of a lesson under an address that never means anything else, and that only its readers are told."""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from compression_middleware.br import brotli_compress
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from courses.lessons.models import LessonPage
from courses.lessons.pictures import with_one_file
from courses.lessons.texts import TEXT_SECONDS, kept_text, make_text
from courses.offline.saving.pictures import attributes_of, stored_name, widest

DIGEST, SEAL = 16, 32  # hex digits
_IMAGE = re.compile(r"<img\b[^>]*>")
_POSTER = re.compile(r'<video\b[^>]*\bposter="([^"]+)"')


@dataclass(frozen=True)
class Picture:
    url: str
    size_bytes: int


@dataclass(frozen=True)
class Fragment:
    """A lesson's text as devices take it along. size_bytes: on the wire."""

    url: str
    size_bytes: int
    pictures: tuple[Picture, ...]


def fragment_of(page: LessonPage) -> Fragment:
    """Return where the published text of a lesson is to be had; no query while it is kept."""
    revision_id = page.live_revision_id or 0  # 0: put in place by a program, without a revision
    language = page.locale.language_code
    with translation.override(language):
        text = with_one_file(kept_text(page))
    digest = _digest(text)
    weight, pictures = cache.get_or_set(f"offline-fragment:{digest}", lambda: weigh(text), 24 * TEXT_SECONDS) or (
        0,
        (),
    )
    mac = digest + _seal(page.pk, revision_id, language, digest)
    url = reverse("lesson_fragment", args=[page.pk, revision_id, language, mac])
    return Fragment(url, weight, pictures)


def is_sealed(page_id: int, revision_id: int, language: str, mac: str) -> bool:
    """Say whether an address was made here."""
    return constant_time_compare(mac[DIGEST:], _seal(page_id, revision_id, language, mac[:DIGEST]))


def text_at(page: LessonPage, revision_id: int, language: str, mac: str) -> tuple[str, bool] | None:
    """Return the text of a revision, and whether it is to the letter the one that the address names; None if it is gone."""
    is_live = revision_id == (page.live_revision_id or 0)
    if not is_live:
        revision = page.revisions.filter(pk=revision_id).first()
        if revision is None:
            return None
        page = revision.as_object()
    with translation.override(language):
        text = with_one_file(kept_text(page) if is_live else make_text(page))
    return text, _digest(text) == mac[:DIGEST]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST]


def _seal(page_id: int, revision_id: int, language: str, digest: str) -> str:
    return salted_hmac("courses.offline.fragment", f"{page_id}/{revision_id}/{language}/{digest}").hexdigest()[:SEAL]


def weigh(text: str) -> tuple[int, tuple[Picture, ...]]:
    """Return what a text takes on the wire, and the pictures of ours in it."""
    shown = [*(widest(attributes_of(tag)) for tag in _IMAGE.findall(text)), *_POSTER.findall(text)]
    pictures = [Picture(url, _size_of(url)) for url in dict.fromkeys(shown) if url]
    return len(brotli_compress(text.encode())), tuple(one for one in pictures if one.size_bytes)


def _size_of(url: str) -> int:
    if not url.startswith(settings.MEDIA_URL):
        return 0
    try:
        return default_storage.size(stored_name(url))
    except OSError:  # its file is gone: there is nothing to take along
        return 0


def sizes_within(fragments: Collection[Fragment], *, most: int) -> Mapping[str, int]:
    """Return the pictures that fit beside the texts, in order, by address."""
    left = most - sum(fragment.size_bytes for fragment in fragments)
    taken: dict[str, int] = {}
    for picture in (picture for fragment in fragments for picture in fragment.pictures):
        if picture.url not in taken and picture.size_bytes <= left:
            taken[picture.url] = picture.size_bytes
            left -= picture.size_bytes
    return taken
