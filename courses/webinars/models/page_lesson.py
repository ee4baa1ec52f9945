from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page


class LessonOnPage(Page):
    """The lesson of a course that attending a webinar counts as."""

    counts_as = models.ForeignKey(
        "lessons.LessonPage",
        verbose_name=_("counts as the lesson"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Who attends has done this lesson and seen its recordings; others cannot mark it as done. Choose the same for "
            "several dates, and any of them will do."
        ),
    )
    study_counts = models.BooleanField(
        _("studying it afterwards counts as well"),
        default=False,
        help_text=_(
            "After the webinar, learners who were not there can mark the lesson as done by themselves. Put the recording into "
            "the lesson, with the share to be watched, and questions into its module’s quiz."
        ),
    )

    class Meta:
        abstract = True


PANELS = [
    MultiFieldPanel(
        [FieldPanel("counts_as"), FieldPanel("study_counts")],
        _("In a course"),
        help_text=_("In a translated webinar, the page in the first language decides."),
    )
]
