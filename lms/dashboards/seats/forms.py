from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.access.models import SeatPool
from lms.access.models.seats import LARGEST_POOL
from lms.access.rules.seats import LARGEST_SHARE


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
