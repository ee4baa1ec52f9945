from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultipleChooserPanel
from wagtail.models import Orderable, Page

from courses.catalogue.models import Subject


class SubjectsOnPage(Page):
    """What a webinar is filed under in the catalogue."""

    subjects = ParentalManyToManyField(
        Subject,
        verbose_name=_("subjects"),
        blank=True,
        related_name="webinar_pages",
        help_text=_("What the webinar is filed under in the catalogue, beside the subjects of its linked course."),
    )

    class Meta:
        abstract = True


class WebinarMaterial(Orderable):
    """A document that goes with a webinar: slides, a handout, a data set."""

    page = ParentalKey("webinars.WebinarPage", on_delete=models.CASCADE, related_name="materials")
    document = models.ForeignKey(
        "wagtaildocs.Document", verbose_name=_("document"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("document")]

    class Meta(Orderable.Meta):
        verbose_name = _("material")
        verbose_name_plural = _("materials")

    def __str__(self):
        return str(self.document)


PANELS = [
    FieldPanel("subjects", widget=forms.CheckboxSelectMultiple),
    MultipleChooserPanel(
        "materials",
        chooser_field_name="document",
        heading=_("Materials"),
        label=_("Material"),
        max_num=20,
        help_text=_("Slides and handouts, in this language. Kind and size are said before anyone presses."),
    ),
]
