from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtailmedia.edit_handlers import MediaChooserPanel

from courses.lessons.recordings import problem_of
from courses.webinars.chapters import MOST, BadChapters, Chapter, read_chapters


class RecordingOnPage(Page):
    """What is left of a webinar for who could not come, and for who comes back."""

    recording = models.ForeignKey(
        "media.MediaItem",
        verbose_name=_("recording"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown once the webinar is over. It must be prepared, with captions in the language of this page."),
    )
    chapters = models.TextField(
        _("chapters"),
        max_length=4000,
        blank=True,
        help_text=_("One on each line, a time and a title, such as: 12:30 The second case. In order, at most 60."),
    )
    recording_is_open = models.BooleanField(
        _("everybody may watch it"),
        default=True,
        help_text=_("Otherwise only those who were registered see it on this page."),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        said: dict[str, object] = {}
        try:
            read_chapters(self.chapters)
        except BadChapters as bad:
            said["chapters"] = _chapters_in_words(bad)
        if self.recording and (problem := problem_of(self.recording, self.locale.language_code)):
            said["recording"] = problem
        if said:
            raise ValidationError(said)

    @property
    def chapter_list(self) -> list[Chapter]:
        return read_chapters(self.chapters)


def _chapters_in_words(bad: BadChapters) -> object:
    if not bad.line:
        return _("These are more than %(most)s chapters. Leave the smaller ones out.") % {"most": MOST}
    return _(
        "Line %(line)s is no chapter after the one above it. Write a time and a title, such as: 12:30 The second case."
    ) % {"line": bad.line}


PANELS = [
    MultiFieldPanel(
        [MediaChooserPanel("recording"), FieldPanel("chapters"), FieldPanel("recording_is_open")], _("Afterwards")
    )
]
