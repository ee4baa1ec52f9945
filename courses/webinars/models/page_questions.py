from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from courses.webinars.blocks import QuestionBlock

MOST_QUESTIONS = 5


class QuestionsOnPage(Page):
    """What a webinar page asks people who register."""

    asked = StreamField(
        [("question", QuestionBlock())],
        verbose_name=_("questions at registration"),
        blank=True,
        max_num=MOST_QUESTIONS,
        help_text=_(
            "At most five, and none about health. Organisers find the answers in the file of those who are registered; they are "
            "deleted 90 days after the webinar."
        ),
    )

    class Meta:
        abstract = True


PANELS = [FieldPanel("asked")]
