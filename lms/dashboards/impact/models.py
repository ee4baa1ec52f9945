from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="globe")
class ImpactSettings(BaseGenericSetting):
    """Whether `/impact/` is there. Nobody has to have saved it: then it is not."""

    is_public = models.BooleanField(
        _("show the impact page to everybody"),
        default=False,
        help_text=_(
            "At /impact/: how many learners, countries, enrolments and certificates there are, in full tens, without "
            "names. Off: the address is not found."
        ),
    )

    class Meta:
        verbose_name = _("impact page")

    def __str__(self):
        return "impact page"
