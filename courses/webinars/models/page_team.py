from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page


class TeamOnPage(Page):
    """What a webinar page says about who sees to the webinar. The webinar's row keeps it, with the page's owner."""

    organisers = ParentalManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("organisers"),
        blank=True,
        related_name="+",
        help_text=_(
            "They see who has registered and who came, under Teaching. Whoever made the page is one of them. In a translated "
            "webinar, the page in the first language decides."
        ),
    )

    class Meta:
        abstract = True


PANELS = [FieldPanel("organisers", widget=forms.CheckboxSelectMultiple)]
