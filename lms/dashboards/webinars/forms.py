from django import forms
from django.utils.translation import gettext_lazy as _

from courses.webinars.editing import ClockField


class CopyForm(forms.Form):
    """The start of a copy, by the organiser's clock."""

    starts_at = ClockField(
        label=_("Starts at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
