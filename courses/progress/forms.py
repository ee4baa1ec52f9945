import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_RANGE = re.compile(r"^(\d{1,6}(?:\.\d{1,3})?)-(\d{1,6}(?:\.\d{1,3})?)$")


class WatchedForm(forms.Form):
    """What a player tells. ranges: such as "0-12.5,30-40", in seconds; position: where it stands."""

    ranges = forms.CharField(max_length=8000)
    position = forms.FloatField(min_value=0, max_value=999_999)

    def clean_ranges(self) -> list[tuple[float, float]]:
        matches = [_RANGE.match(one) for one in self.cleaned_data["ranges"].split(",")]
        if not all(matches):
            raise ValidationError(_("Ranges are written as 0-12.5,30-40."))
        return [(float(match[1]), float(match[2])) for match in matches if match]

    def facts(self) -> dict[str, Any]:
        return {"watched": self.cleaned_data["ranges"], "position_seconds": self.cleaned_data["position"]}


class AppealForm(forms.Form):
    """What a learner says to the mark of an answer; nothing need be said."""

    text = forms.CharField(
        label=gettext_lazy("Why it is right, if you like"),
        help_text=gettext_lazy(
            "The course’s team reads it without your name, and answers by mail. If the question is at fault, it is put "
            "right for everybody. At most 1,000 characters."
        ),
        required=False,
        max_length=1000,
    )
