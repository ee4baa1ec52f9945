import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtailmedia.forms import BaseMediaForm

from courses.media import ffmpeg, services
from courses.media.errors import NotPlayable
from courses.media.models import Captions, MediaItem
from courses.media.rules import captions
from courses.media.rules.captions import NotCaptions, Problem


class MediaItemForm(BaseMediaForm):
    """The form behind every upload of video or sound: the file is played before it is accepted."""

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file and "file" in self.changed_data:
            self._require_playable(file)
        return file

    def save(self, commit: bool = True) -> MediaItem:
        if not commit:
            raise ValueError("A worker is rung for, so the recording is saved at once.")
        if self.instance.pk:
            # Only what is in the form: a worker may be writing the rest at this moment.
            self.instance.save(update_fields=[name for name in self._meta.fields if name != "tags"])
            self._save_m2m()
        else:
            super().save()
        if "file" in self.changed_data:
            services.wait_for_worker(self.instance)
        return self.instance

    def _require_playable(self, file: UploadedFile) -> None:
        most = settings.MEDIA_UPLOAD_MEGABYTES
        size = file.size or 0
        if size > most * 1_000_000:
            raise ValidationError(
                _("This file has %(size)d MB; at most %(most)d MB are taken. Export it at a lower quality."),
                params={"size": round(size / 1_000_000), "most": most},
            )
        try:
            with on_disk(file) as path:
                facts = ffmpeg.check(path, is_video=self.instance.is_video)
        except NotPlayable as refusal:
            raise ValidationError(str(refusal)) from refusal
        if (facts.duration_seconds or 0) > settings.MEDIA_LONGEST_MINUTES * 60:
            raise ValidationError(
                _("This is longer than %(most)d minutes. Cut it into parts: learners with a thin line thank you."),
                params={"most": settings.MEDIA_LONGEST_MINUTES},
            )


@contextmanager
def on_disk(file: UploadedFile) -> Iterator[Path]:
    """Yield where an upload lies on the disk; a small one, held in memory, is put there meanwhile."""
    if isinstance(file, TemporaryUploadedFile):
        yield Path(file.temporary_file_path())
        return
    with NamedTemporaryFile() as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.flush()
        file.seek(0)
        yield Path(copy.name)


class CaptionsForm(forms.Form):
    """Captions and transcript of a recording in one language. stored: what there is already, or None."""

    webvtt = forms.FileField(
        label=gettext_lazy("Captions, as a WebVTT file (.vtt)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".vtt,text/vtt"}),
        help_text=gettext_lazy("It begins with WEBVTT; each caption has a line such as 00:01.000 --> 00:04.000."),
    )
    transcript = forms.CharField(
        label=gettext_lazy("Transcript"),
        required=False,
        max_length=captions.LONGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text=gettext_lazy(
            "All that is said, and what must be seen to understand it, in words; a blank line begins a paragraph. "
            "Leave it empty to take it from the captions."
        ),
    )

    def __init__(self, *args: Any, item: MediaItem, stored: Captions | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.item = item
        self.stored = stored
        self.fields["webvtt"].required = stored is None
        self.fields["transcript"].initial = stored.transcript if stored else ""

    def clean_webvtt(self) -> list[captions.Cue]:
        """Return the cues of the uploaded file, or of the stored one."""
        file = self.cleaned_data["webvtt"]
        if not file:
            return captions.read_captions(self.stored.webvtt) if self.stored else []
        if file.size > captions.LONGEST_FILE:
            raise ValidationError(in_words(NotCaptions(Problem.TOO_LONG)))
        try:
            cues = captions.read_captions(file.read().decode())
        except UnicodeDecodeError as error:
            raise ValidationError(_("This is no text in UTF-8, which captions are written in.")) from error
        except NotCaptions as refusal:
            raise ValidationError(in_words(refusal)) from refusal
        if self.item.duration and cues[-1].start > self.item.duration:
            raise ValidationError(
                _("The last caption begins after the end of the recording: these captions belong to another one.")
            )
        return cues


def in_words(refusal: NotCaptions) -> str:
    """Return what is wrong with a captions file, as a sentence that names the line."""
    sentence = {
        Problem.TOO_LONG: _("This file is too long for captions."),
        Problem.NO_HEADER: _("Line %(line)d: the first line of a captions file is WEBVTT."),
        Problem.NO_CUES: _("This file holds no caption."),
        Problem.TOO_MANY_CUES: _("Line %(line)d: there are too many captions."),
        Problem.TIMINGS: _("Line %(line)d: a caption's times are written as 00:01.000 --> 00:04.000."),
        Problem.BACKWARDS: _("Line %(line)d: the caption ends before it begins."),
        Problem.OUT_OF_ORDER: _("Line %(line)d: the caption begins before the one above it."),
        Problem.EMPTY_CUE: _("Line %(line)d: the caption has no text."),
    }[refusal.problem]
    return sentence % {"line": refusal.line}
