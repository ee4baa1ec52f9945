from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page


class DetailsOnPage(Page):
    """What one takes away from a webinar, and in which languages it can be followed."""

    objectives = models.TextField(
        _("objectives"),
        max_length=1500,
        blank=True,
        help_text=_("What people can do afterwards. One objective per line."),
    )
    live_captions = models.CharField(
        _("live captions"),
        max_length=200,
        blank=True,
        help_text=_("In which languages what is said can be read along, such as: English, French."),
    )
    interpretation = models.CharField(
        _("interpretation"),
        max_length=200,
        blank=True,
        help_text=_("Into which languages it is interpreted, sign languages included."),
    )

    class Meta:
        abstract = True


PANELS = [
    FieldPanel("objectives"),
    FieldPanel("live_captions"),
    FieldPanel("interpretation"),
]
