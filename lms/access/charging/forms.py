from typing import Any

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from lms.access.models import Charge, HardshipWaiver, SeatPool, Settlement
from lms.access.queries.fees import STATES
from lms.access.services.fees import grant_hardship_waiver
from lms.accounts.models import User


class ChargeFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=list(STATES.items()))
    pool = django_filters.ModelChoiceFilter(
        label=_("What for"), queryset=SeatPool.objects.filter(charges__isnull=False).distinct().order_by("-pk")
    )

    class Meta:
        model = Charge
        fields = ["state", "pool", "basis"]


class SettlementForm(forms.Form):
    """What came in, or is let go."""

    kind = forms.ChoiceField(label=_("What"), choices=Settlement.Kind.choices)
    amount = forms.DecimalField(label=_("Amount"), max_digits=8, decimal_places=2, localize=True)
    on = forms.DateField(label=_("On"), widget=AdminDateInput, help_text=_("The day of the transfer or the decision."))
    reference = forms.CharField(
        label=_("Reference or reason"),
        max_length=200,
        help_text=_("Of the bank transfer; of a waiver or correction the reason. It stays on record under your name."),
    )


class HardshipWaiverForm(WagtailAdminModelForm):
    """Grants a waiver to whoever asked for it, and records by whom."""

    email = forms.EmailField(label=_("E-mail address of who asked"))

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        found = User.objects.filter(email__iexact=email).first()
        if found is None:
            raise forms.ValidationError(
                _("Nobody has an account with this address. Ask the person which one they use.")
            )
        self.person = found
        return email

    def save(self, commit: bool = True) -> Any:
        return grant_hardship_waiver(
            self.person,
            percent=self.cleaned_data["percent"],
            ends_on=self.cleaned_data["ends_on"],
            reason=self.cleaned_data["reason"],
            by=self.for_user,
            now=timezone.now(),
        )

    class Meta:
        model = HardshipWaiver
        fields = ["percent", "ends_on", "reason"]
