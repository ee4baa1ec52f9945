from django.utils.translation import gettext_lazy as _
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock


class VideoBlock(VideoChooserBlock):
    class Meta:
        label = _("Video")
        description = _(
            "A video in the sizes that a thin line can carry, with captions and transcript; nothing loads before it is chosen."
        )
        template = "courses/media/media.html"
        preview_template = "courses/media/media_preview.html"


class AudioBlock(AudioChooserBlock):
    class Meta:
        label = _("Sound")
        description = _("Something to listen to, with captions and transcript; nothing loads before it is chosen.")
        template = "courses/media/media.html"
        preview_template = "courses/media/media_preview.html"
