from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index


class ClinicQuestion(Orderable):
    """A question from practice that leads to the lesson or course answering it."""

    page = ParentalKey("pages.HomePage", on_delete=models.CASCADE, related_name="clinic_questions")
    question = models.CharField(_("question"), max_length=160, help_text=_("As a colleague would ask it."))
    target = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("lesson or course"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("question"), FieldPanel("target")]


class HomePage(Page):
    """The front door."""

    headline = models.CharField(_("headline"), max_length=120, help_text=_("One short sentence in large letters."))
    intro = models.CharField(_("introduction"), max_length=400, help_text=_("What the academy offers, and to whom."))

    template = "pages/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["catalogue.CatalogueIndexPage", "webinars.WebinarIndexPage", "pages.StandardPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("intro"),
        InlinePanel("clinic_questions", heading=_("Questions from clinic"), label=_("Question"), max_num=6),
    ]

    class Meta:
        verbose_name = _("home page")


class StandardPage(Page):
    """A page of plain text: privacy, terms, help."""

    intro = models.CharField(
        _("introduction"), max_length=400, blank=True, help_text=_("One or two sentences below the title.")
    )
    body = StreamField(
        [
            (
                "heading",
                blocks.CharBlock(
                    label=_("Heading"), icon="title", max_length=120, template="pages/blocks/heading.html"
                ),
            ),
            (
                "text",
                blocks.RichTextBlock(label=_("Text"), icon="pilcrow", features=["bold", "italic", "ol", "ul", "link"]),
            ),
            (
                "contact_address",
                blocks.StaticBlock(
                    label=_("Contact address"),
                    icon="mail",
                    admin_text=_("The address for readers, as the settings of this installation say."),
                    template="pages/blocks/contact_address.html",
                ),
            ),
        ],
        verbose_name=_("body"),
        blank=True,
    )

    template = "pages/standard_page.html"
    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")
