from uuid import uuid4

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtailmedia.models import AbstractMedia, MediaType

from courses.media.rules import captions, formats


def originals() -> Storage:
    """Uploads as they came are for nobody but the worker."""
    return storages["private"]


class MediaItem(AbstractMedia):
    """A video or sound recording: the upload, and how far making what learners get of it has come."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be prepared")
        WORKING = "working", _("Being prepared")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    file = models.FileField(upload_to="media-originals", storage=originals, verbose_name=_("file"))
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    thumbnail = None  # type: ignore[assignment]  # the poster is made of the video
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    lease = models.UUIDField(null=True, editable=False, help_text="Who is at it: only they may say how it ended.")
    leased_until = models.DateTimeField(null=True, editable=False)

    # What it is made of says what it is: the worker fills in duration and size.
    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta:
        verbose_name = _("video or sound")
        verbose_name_plural = _("videos and sound")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="working") | (Q(lease__isnull=False) & Q(leased_until__isnull=False)),
                name="media_being_prepared_is_leased",
            )
        ]
        indexes = [
            models.Index(
                fields=["attempts", "created_at"],
                condition=Q(state__in=["waiting", "working"]),
                name="media_to_prepare",
            )
        ]

    @property
    def is_video(self) -> bool:
        return self.type == MediaType.VIDEO

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def url(self) -> str:
        """The address of what is played by default, empty until there is one. Wagtail's lists link to it."""
        made = {rendition.kind: rendition for rendition in self.renditions.all()}
        first = made.get(Rendition.Kind.LOW) or made.get(Rendition.Kind.AUDIO)
        return first.file.url if first else ""

    @property
    def sources(self) -> list[dict[str, str]]:
        """What Wagtail plays where it compares two versions of a page."""
        return [{"src": self.url, "type": "video/mp4" if self.is_video else "audio/mp4"}] if self.url else []


class Rendition(models.Model):
    """A file made of an upload for learners. Its name holds its own SHA-256, so it is never changed, only replaced."""

    class Kind(models.TextChoices):
        LOW = formats.LOW, _("240p")
        HIGH = formats.HIGH, _("480p")
        AUDIO = formats.AUDIO, _("Audio only")
        POSTER = formats.POSTER, _("Poster")

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="renditions", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    file = models.FileField(max_length=120)
    size_bytes = models.PositiveIntegerField()
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "kind"], name="one_rendition_per_kind")]

    def __str__(self):
        return f"{self.item_id} · {self.kind}"


class Captions(models.Model):
    """What is said in a recording, in one language: as captions in time, and as a text to read."""

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="captions", db_index=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    key = models.UUIDField(default=uuid4, unique=True, editable=False, help_text="Its address; not to be guessed.")
    webvtt = models.TextField(_("captions"), max_length=captions.LONGEST_FILE)
    transcript = models.TextField(
        _("transcript"),
        max_length=captions.LONGEST_FILE,
        help_text=_(
            "All that is said, and what must be seen to understand it, in words. A blank line begins a paragraph."
        ),
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("captions and transcript")
        verbose_name_plural = _("captions and transcripts")
        constraints = [models.UniqueConstraint(fields=["item", "language"], name="one_captions_per_language")]

    def __str__(self):
        return f"{self.item_id} · {self.language}"
