"""What somebody pays and why, as sentences."""

from decimal import Decimal
from typing import Protocol

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.access.models import Charge

Basis = Charge.Basis
FREE: dict[str, str | Promise] = {
    Basis.STUDENT: gettext_lazy("Free for you, because you are a student."),
    Basis.PRIORITY: gettext_lazy("Free for you, because you have priority."),
    Basis.HARDSHIP: gettext_lazy("Free for you, because a waiver of the whole price was granted to you."),
    Basis.INSTITUTION: gettext_lazy("Free for you, because of your institution’s agreement with us."),
}
HALF: dict[str, str | Promise] = {
    Basis.STUDENT: gettext_lazy("%(due)s: half of %(listed)s, as you are a student."),
    Basis.HARDSHIP: gettext_lazy("%(due)s: half of %(listed)s, as a waiver was granted to you."),
    Basis.INSTITUTION: gettext_lazy("%(due)s: half of %(listed)s, as your institution has an agreement with us."),
}
LESS: dict[str, str | Promise] = {
    Basis.STUDENT: gettext_lazy("%(due)s: %(listed)s less %(percent)s %%, as you are a student."),
    Basis.HARDSHIP: gettext_lazy("%(due)s: %(listed)s less %(percent)s %%, as a waiver was granted to you."),
    Basis.INSTITUTION: gettext_lazy(
        "%(due)s: %(listed)s less %(percent)s %%, as your institution has an agreement with us."
    ),
}


class Priced(Protocol):
    """A quote or a charge."""

    @property
    def listed(self) -> Decimal: ...
    @property
    def due(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...
    @property
    def basis(self) -> str: ...
    @property
    def percent_off(self) -> int: ...


def money(amount: Decimal, currency: str) -> str:
    """Return such as "EUR 60" or "EUR 60.50", in the reader's way of writing numbers."""
    return f"{currency}\xa0{number_format(amount, 0 if amount == int(amount) else 2)}"


def due_of(price: Priced) -> str:
    """Return what somebody pays and why, in one sentence to them."""
    if price.due == 0 and price.basis in FREE:
        return str(FREE[price.basis])
    words = HALF.get(price.basis) if price.percent_off == 50 else LESS.get(price.basis)
    if words is None:
        return _("%(due)s, the list price.") % {"due": money(price.due, price.currency)}
    return str(words) % {
        "due": money(price.due, price.currency),
        "listed": money(price.listed, price.currency),
        "percent": price.percent_off,
    }
