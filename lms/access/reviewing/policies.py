from datetime import UTC
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from lms.access.models import CountryDataSet, PolicyVersion
from lms.access.policy_words import SEAT_TERMS, TERMS
from lms.access.queries.facts import policy_on
from lms.access.queries.policies import data_sets, policy_versions, why_not_changeable
from lms.access.reviewing.forms import PolicyForm
from lms.access.reviewing.pages import LeadsPage
from lms.access.services.policies import add_policy, change_policy, remove_policy
from lms.lib.errors import Refusal

POLICIES_ON_A_PAGE = 50


class PoliciesPage(LeadsPage):
    template_name = "access/reviewing/policies.html"
    page_title = gettext_lazy("Policies")
    header_icon = "doc-full-inverse"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(policy_versions(), POLICIES_ON_A_PAGE).get_page(self.request.GET.get("p"))
        today = timezone.now().astimezone(UTC).date()
        return super().get_context_data(**kwargs) | {"page_of": page, "in_force": policy_on(today), "today": today}


class OfPolicy(LeadsPage):
    """A page about one version."""

    above = ("access_policies", gettext_lazy("Policies"))
    header_icon = "doc-full-inverse"
    policy: PolicyVersion

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.policy = get_object_or_404(PolicyVersion.objects.select_related("data_set"), pk=kwargs["policy_id"])

    def get_page_title(self) -> str:
        return str(self.policy)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "policy": self.policy,
            "why_not": why_not_changeable(self.policy, now=timezone.now()),
        }


class PolicyPage(OfPolicy):
    """All that a version says."""

    template_name = "access/reviewing/policy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "terms": [(label, getattr(self.policy.terms, name)) for name, label in TERMS.items()],
            "seat_terms": [(label, getattr(self.policy.seat_terms, name)) for name, label in SEAT_TERMS.items()],
        }


class CopyPolicyPage(OfPolicy):
    """The form that makes a new version like this one."""

    template_name = "access/reviewing/policy_form.html"

    def get_page_title(self) -> str:
        return _("New policy like version %(number)s") % {"number": self.policy.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None)
        if form is None:
            form = PolicyForm(initial=PolicyForm.values_of(self.policy) | self.first_values())
        groups = [
            ("", ["effective_from", "data_set", "text"]),
            (_("Who has priority"), [*TERMS]),
            (_("Seats and fees"), [*SEAT_TERMS]),
        ]
        return super().get_context_data(**kwargs) | {
            "form": form,
            "groups": [(title, [form[name] for name in names]) for title, names in groups],
        }

    def first_values(self) -> dict[str, Any]:
        today = timezone.now().astimezone(UTC).date()
        newest = CountryDataSet.objects.filter(effective_from__lte=today).last()
        return {"effective_from": today} | ({"data_set": newest.pk} if newest else {})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = PolicyForm(request.POST)
        if form.is_valid():
            try:
                policy = self.save(form)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("%(policy)s is stored.") % {"policy": policy})
                return redirect("access_policy", policy_id=policy.pk)
        return self.render_to_response(self.get_context_data(form=form))

    def save(self, form: PolicyForm) -> PolicyVersion:
        return add_policy(form.wording(), now=timezone.now())


class EditPolicyPage(CopyPolicyPage):
    """The form that changes a version which is not in force yet."""

    def get_page_title(self) -> str:
        return _("Change policy %(number)s") % {"number": self.policy.number}

    def first_values(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if why_not := why_not_changeable(self.policy, now=timezone.now()):
            messages.error(request, why_not)
            return redirect("access_policy", policy_id=self.policy.pk)
        return super().get(request, *args, **kwargs)

    def save(self, form: PolicyForm) -> PolicyVersion:
        return change_policy(self.policy.pk, form.wording(), now=timezone.now())


class RemovePolicy(OfPolicy):
    """Takes back a version which is not in force yet."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            remove_policy(self.policy.pk, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(policy)s is deleted.") % {"policy": self.policy})
        return redirect("access_policies")


class CountryDataPage(LeadsPage):
    """The loaded sets of country facts."""

    template_name = "access/reviewing/country_data.html"
    page_title = gettext_lazy("Country data")
    header_icon = "globe"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(data_sets(), POLICIES_ON_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs) | {"page_of": page}


class CountryRowsPage(LeadsPage):
    """What one set says of each country; some 250 rows."""

    template_name = "access/reviewing/country_rows.html"
    above = ("access_country_data", gettext_lazy("Country data"))
    header_icon = "globe"
    data_set: CountryDataSet

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.data_set = get_object_or_404(CountryDataSet, pk=kwargs["data_set_id"])

    def get_page_title(self) -> str:
        return str(self.data_set)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = sorted(self.data_set.rows.all(), key=lambda row: countries.name(row.country))
        return super().get_context_data(**kwargs) | {"data_set": self.data_set, "rows": rows}
