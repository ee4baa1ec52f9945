from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.dashboards.queries import Choices, Question

CLASS = "input input--short"


class QuestionForm(forms.Form):
    """What to show. Values that do not exist are passed over, so that an old address still opens."""

    course = forms.TypedChoiceField(label=_("Course"), required=False, coerce=int, empty_value=None)
    country = forms.ChoiceField(label=_("Country"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)

    def __init__(self, data: Mapping[str, str], *, choices: Choices) -> None:
        super().__init__(data)
        self.newest = choices.periods[0]
        self.fields["course"].choices = [("", _("All courses")), *choices.courses.items()]  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", _("All countries")), *choices.countries.items()]  # type: ignore[attr-defined]
        self.fields["period"].choices = [(f"{last:%Y-%m}", period_name(last)) for last in choices.periods]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = CLASS
        self.full_clean()

    @property
    def question(self) -> Question:
        chosen = self.cleaned_data
        period = chosen.get("period")
        return Question(
            course_id=chosen.get("course"),
            country=chosen.get("country") or None,
            last_month=date.fromisoformat(f"{period}-01") if period else self.newest,
        )


def period_name(last_month: date) -> str:
    """Return what a period is called: the twelve months that end with this one."""
    return gettext("Year to %(month)s") % {"month": formats.date_format(last_month, "YEAR_MONTH_FORMAT")}
