from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.webinars.editing import ClockField
from courses.webinars.models.asking import LONGEST_REASON, LONGEST_REPLY
from courses.webinars.rules import Settled


class CopyForm(forms.Form):
    """The start of a copy, by the organiser's clock."""

    starts_at = ClockField(
        label=_("Starts at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class SettleForm(forms.Form):
    """What organisers make of a question, with the answer or the reason to hide it."""

    to = forms.ChoiceField(choices=[(to.value, to.value) for to in Settled])
    words = forms.CharField(
        required=False,
        max_length=LONGEST_REPLY,
        error_messages={"max_length": _("An answer has at most 600 characters. Shorten it, and try again.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("to") == Settled.HIDDEN and not 0 < len(cleaned.get("words", "")) <= LONGEST_REASON:
            raise forms.ValidationError(_("Say in at most 200 characters why you hide it: who asked reads it."))
        return cleaned
