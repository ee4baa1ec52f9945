from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.dashboards.choices import TIERS, Choices
from lms.dashboards.questions import NO_LIMIT, Limit, Question
from lms.lib.widgets import LongSelect

CLASS = "input input--short"


class QuestionForm(forms.Form):
    """What to show. Values that do not exist are passed over, so that an old address still opens.

    Whoever is limited to a country or an institution is not asked for it.
    """

    period = forms.ChoiceField(label=_("Period"), required=False)
    course = forms.TypedChoiceField(label=_("Course"), required=False, coerce=int, empty_value=None, widget=LongSelect)
    country = forms.ChoiceField(label=_("Country"), required=False, widget=LongSelect)
    tier = forms.ChoiceField(label=_("Access"), required=False)
    institution = forms.TypedChoiceField(
        label=_("Institution"), required=False, coerce=int, empty_value=None, widget=LongSelect
    )

    def __init__(self, data: Mapping[str, str], *, choices: Choices, limit: Limit = NO_LIMIT) -> None:
        super().__init__(data)
        self.newest = choices.periods[0]
        offered = {
            "period": [(f"{last:%Y-%m}", period_name(last)) for last in choices.periods],
            "course": [("", _("All courses")), *choices.courses.items()],
            "country": [("", _("All countries")), *choices.countries.items()],
            "tier": [("", _("All access")), *((tier, name) for tier, name in TIERS.items() if tier)],
            "institution": [("", _("All institutions")), *choices.institutions.items()],
        }
        for name, options in offered.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        if limit.country:
            del self.fields["country"], self.fields["institution"]
        elif limit.institution_id or not choices.institutions:
            del self.fields["institution"]
        for field in self.fields.values():
            field.widget.attrs["class"] = CLASS
        self.full_clean()

    @property
    def question(self) -> Question:
        chosen = self.cleaned_data
        period = chosen.get("period")
        return Question(
            last_month=date.fromisoformat(f"{period}-01") if period else self.newest,
            course_id=chosen.get("course"),
            country=chosen.get("country") or None,
            tier=chosen.get("tier") or None,
            institution_id=chosen.get("institution"),
        )


def period_name(last_month: date) -> str:
    """Return what a period is called: the twelve months that end with this one."""
    return gettext("Year to %(month)s") % {"month": formats.date_format(last_month, "YEAR_MONTH_FORMAT")}
