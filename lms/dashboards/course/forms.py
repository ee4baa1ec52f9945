from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from courses.catalogue.models import Course
from lms.accounts.models import Institution
from lms.dashboards.course.queries import EVERYBODY, Learners, began_by_country
from lms.dashboards.questions import NO_LIMIT, Limit, Question
from lms.dashboards.rules import LEAST
from lms.lib.widgets import LongSelect
from lms.measures.cuts import Facet

MOST_INSTITUTIONS = 300  # to choose from; the list would be too long to read
TIERS = {"P": _("Priority"), "S": _("Standard")}


class LearnersForm(forms.Form):
    """Whose figures to show: one group at a time, since of two at once there are too few people.

    Whoever is limited has nothing to choose. Values that do not exist are passed over, so that an old address still opens.
    """

    learners = forms.ChoiceField(label=_("Learners"), required=False, widget=LongSelect)

    def __init__(self, data: Mapping[str, str], *, course: Course, limit: Limit) -> None:
        super().__init__(data)
        self.limit = limit
        field = self.fields["learners"]
        field.choices = [("", _("All learners")), *(_groups(course) if limit == NO_LIMIT else [])]  # type: ignore[attr-defined]
        field.widget.attrs["class"] = "input input--short"
        self.full_clean()

    def learners_on(self, today: date) -> Learners:
        """Return whose figures are asked for, and may be."""
        kind, _dash, value = (self.cleaned_data.get("learners") or "").partition("-")
        asked = Question(
            last_month=today.replace(day=1),
            tier=value if kind == "tier" else None,
            country=value if kind == "country" else None,
            institution_id=int(value) if kind == "institution" else None,
        ).within(self.limit)
        if asked.institution_id:
            return Learners(Facet.INSTITUTION, str(asked.institution_id))
        if asked.country:
            return Learners(Facet.COUNTRY, asked.country)
        return Learners(Facet.TIER, asked.tier) if asked.tier else EVERYBODY

    @property
    def query(self) -> str:
        """The filter in use, as it stands in an address."""
        chosen = self.cleaned_data.get("learners")
        return f"?learners={chosen}" if chosen else ""


def _groups(course: Course) -> list[tuple[object, list[tuple[str, object]]]]:
    """Return what can be chosen beside everybody: tiers, countries of which enough people began, institutions; two queries."""
    began = began_by_country(course)
    names = dict(countries)
    named = sorted((names.get(code, code), code) for code, people in began.items() if code and people >= LEAST)
    institutions = Institution.objects.order_by("name", "pk").values_list("pk", "name")[:MOST_INSTITUTIONS]
    groups: list[tuple[object, list[tuple[str, object]]]] = [
        (_("By access tier"), [(f"tier-{tier}", name) for tier, name in TIERS.items()]),
        (_("By country"), [(f"country-{code}", name) for name, code in named]),
        (_("By institution"), [(f"institution-{pk}", name) for pk, name in institutions]),
    ]
    return [(label, choices) for label, choices in groups if choices]


def learners_name(learners: Learners) -> str:
    """Return whose figures are shown, in words; empty for everybody's. One query for an institution."""
    if learners.facet == Facet.TIER:
        return str(TIERS.get(learners.value, learners.value))
    if learners.facet == Facet.COUNTRY:
        return str(dict(countries).get(learners.value, learners.value))
    if learners.facet == Facet.INSTITUTION:
        return str(Institution.objects.filter(pk=learners.value).values_list("name", flat=True).first() or "")
    return ""
