from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index


class WebinarSeriesPage(Page):
    """Webinars that belong together. Each stays a webinar of its own, which names its series."""

    abstract = models.TextField(_("abstract"), max_length=2000, help_text=_("What the webinars have in common."))
    objectives = models.TextField(
        _("objectives"),
        max_length=1500,
        blank=True,
        help_text=_("What people who come to all of them can do afterwards. One objective per line."),
    )

    template = "courses/webinars/series_page.html"
    parent_page_types = ["webinars.WebinarIndexPage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("abstract"), FieldPanel("objectives")]
    search_fields = [*Page.search_fields, index.SearchField("abstract")]

    class Meta:
        verbose_name = _("series of webinars")
        verbose_name_plural = _("series of webinars")


class SeriesOnPage(Page):
    """The series that a webinar belongs to, in whichever language it was chosen."""

    series = models.ForeignKey(
        WebinarSeriesPage,
        verbose_name=_("series"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Its page lists this webinar among its dates. People register for each date by itself."),
    )

    class Meta:
        abstract = True


PANELS = [FieldPanel("series")]
