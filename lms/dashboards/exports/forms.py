from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.dashboards.choices import Choices
from lms.dashboards.exports.models import Export


class ExportForm(forms.Form):
    """Which table somebody wants as a file."""

    course = forms.TypedChoiceField(label=_("Course"), required=False, coerce=int, empty_value=None)
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        help_text=_("Rows whose country is withheld are not in a file for one country."),
    )
    file_format = forms.ChoiceField(label=_("As"), choices=Export.Format.choices, initial=Export.Format.CSV)

    def __init__(self, data: Mapping[str, str] | None, *, choices: Choices) -> None:
        super().__init__(data)
        self.fields["course"].choices = [("", _("All courses")), *choices.courses.items()]  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", _("All countries")), *choices.countries.items()]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    @property
    def filters(self) -> dict[str, Any]:
        chosen = {name: self.cleaned_data[name] for name in ("course", "country")}
        return {name: value for name, value in chosen.items() if value}
