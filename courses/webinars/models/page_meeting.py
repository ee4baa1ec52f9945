from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from courses.webinars.providers.choosing import Kind


class MeetingOnPage(Page):
    """Where the meeting of a webinar page is held; the address of one that is held anywhere stands in meeting_url."""

    meeting_provider = models.CharField(
        _("where the meeting is held"), max_length=20, choices=Kind.choices, default=Kind.LINK
    )
    meeting_is_recorded = models.BooleanField(
        _("the hosts may record"),
        default=False,
        help_text=_(
            "On the academy’s BigBlueButton server. Everybody in the meeting is asked before a recording begins."
        ),
    )

    class Meta:
        abstract = True


PANELS = [
    MultiFieldPanel(
        [FieldPanel("meeting_provider"), FieldPanel("meeting_url"), FieldPanel("meeting_is_recorded")],
        _("Meeting"),
        help_text=_(
            "On the academy’s own servers a room is made by itself, and everybody gets an address of their own. In a translated "
            "webinar, the page in the first language decides."
        ),
    )
]
