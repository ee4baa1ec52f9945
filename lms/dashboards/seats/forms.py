from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.widgets import AdminSnippetChooser

from lms.access.models import SeatBlock, SeatPool
from lms.access.models.seats import LARGEST_POOL
from lms.access.rules.seats import LARGEST_SHARE
from lms.accounts.models import Institution

LONGEST_ADDRESS = 254  # characters


class WhatIfForm(forms.Form):
    """What is to be tried on a copy of the list: another number of seats, another share, another release."""

    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=LARGEST_POOL)
    share = forms.DecimalField(
        label=_("Share of them that is reserved, from 0 to 0.6"),
        min_value=Decimal(0),
        max_value=LARGEST_SHARE,
        decimal_places=2,
    )
    release_days = forms.IntegerField(
        label=_("Days before the start on which reserved seats are released"), min_value=0, max_value=365
    )

    @classmethod
    def of(cls, pool: SeatPool, data=None) -> "WhatIfForm":
        """Return the form of a pool, filled in as the pool is."""
        days = (pool.starts_at - pool.releases_at).days
        initial = {"capacity": pool.capacity, "share": pool.share, "release_days": days}
        return cls(data, initial=initial)


class BlockForm(forms.Form):
    """Which institution asked for seats, and how many."""

    institution = forms.ModelChoiceField(
        Institution.objects.all(),
        label=_("Institution"),
        help_text=_("The one that asked; somebody of the staff has checked it."),
        widget=AdminSnippetChooser(Institution, icon="group"),
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=LARGEST_POOL)


class NamesForm(forms.Form):
    """The learners of a group, one address a row."""

    emails = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_(
            "One a row, each of somebody who has an account and priority. If one cannot be taken, none is, and you are told which."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, block: SeatBlock, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["emails"].validators.append(MaxLengthValidator(block.seats * (LONGEST_ADDRESS + 2)))

    def clean_emails(self) -> list[str]:
        rows = [row.strip() for row in self.cleaned_data["emails"].splitlines() if row.strip()]
        for number, row in enumerate(rows, 1):
            try:
                validate_email(row)
            except forms.ValidationError as error:
                raise forms.ValidationError(
                    _("Row %(row)s is not an e-mail address. Write one address a row, and nothing else."),
                    params={"row": number},
                ) from error
        return rows
