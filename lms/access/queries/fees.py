"""What people pay for seats, why, and how much of it is still due."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from django.db.models import Case, CharField, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lms.access.models import Application, Charge, HardshipWaiver, InstitutionAgreement, Settlement
from lms.access.queries.decisions import has_priority
from lms.access.queries.facts import policy_on
from lms.access.rules.fees import Fee, Waiver, fee
from lms.accounts.models import Profession, User

Basis = Charge.Basis
LONGEST_NUMBER = 18  # digits; a longer one is no charge's


@dataclass(frozen=True)
class Footing:
    """What a person pays by, whatever the price. is_priority: they pay nothing."""

    is_priority: bool
    waivers: tuple[Waiver, ...]

    def fee(self, listed: Decimal) -> Fee:
        return fee(listed, is_priority=self.is_priority, waivers=self.waivers)


@dataclass(frozen=True)
class Quote:
    """What a seat costs somebody, and by which basis; percent_off: of the waiver that counts."""

    listed: Decimal
    due: Decimal
    currency: str
    basis: str
    percent_off: int


def footing_of(person: User, *, now: datetime, is_priority: bool = False) -> Footing:
    """Return what a person pays by now. is_priority: they had priority when they applied, which counts as well."""
    today = now.astimezone(UTC).date()
    waivers = []
    if person.profession == Profession.STUDENT:
        waivers.append(Waiver(Basis.STUDENT, policy_on(today).seat_terms.student_waiver))
    granted = HardshipWaiver.objects.filter(person=person, granted_at__lte=now, ends_on__gte=today)
    waivers += [_waiver(Basis.HARDSHIP, percent) for percent in granted.values_list("percent", flat=True)]
    if person.institution_id:
        agreed = InstitutionAgreement.objects.filter(institution=person.institution_id, starts_on__lte=today)
        agreed = agreed.filter(Q(ends_on=None) | Q(ends_on__gte=today))
        waivers += [_waiver(Basis.INSTITUTION, percent) for percent in agreed.values_list("percent", flat=True)]
    return Footing(is_priority or has_priority(person, now), tuple(waivers))


def quote(footing: Footing, listed: Decimal, currency: str) -> Quote:
    """Return what a seat costs somebody who pays by this footing."""
    found = footing.fee(listed)
    percent_off = int(found.waiver.share * 100) if found.waiver else 0
    basis = Basis.PRIORITY if footing.is_priority else found.waiver.reason if found.waiver else Basis.LIST
    return Quote(listed, found.due, currency, basis, percent_off)


def _waiver(reason: str, percent: int) -> Waiver:
    return Waiver(reason, Decimal(percent) / 100)


# -- What has been charged ----------------------------------------------------------------------------------------


class ChargeState(StrEnum):
    """How a charge stands."""

    DUE = "due"
    SETTLED = "settled"
    WAIVED = "waived"  # nothing was due from the first, or the rest was let go
    VOID = "void"  # the seat was given back before all was settled


STATES = {
    ChargeState.DUE: _("Due"),
    ChargeState.SETTLED: _("Settled"),
    ChargeState.WAIVED: _("Waived"),
    ChargeState.VOID: _("Seat given back"),
}


def charges() -> QuerySet[Charge]:
    """Return all charges, each with `left`, what is still due of it, and `state`; newest first, one query."""
    last = Settlement.objects.filter(charge=OuterRef("pk")).order_by("-number").values("left")[:1]
    is_paid = Exists(Settlement.objects.filter(charge=OuterRef("pk"), kind=Settlement.Kind.PAYMENT))
    holds_seat = Q(application__state=Application.State.CONFIRMED)
    return (
        Charge.objects.annotate(
            left=Coalesce(Subquery(last), F("due"), output_field=DecimalField(max_digits=8, decimal_places=2))
        )
        .annotate(
            state=Case(
                When(is_paid, left=0, then=Value(ChargeState.SETTLED.value)),
                When(left=0, then=Value(ChargeState.WAIVED.value)),
                When(holds_seat, then=Value(ChargeState.DUE.value)),
                default=Value(ChargeState.VOID.value),
                output_field=CharField(),
            )
        )
        .select_related("application__person", "pool")
        .order_by("-made_at", "-pk")
    )


def charges_found(found: QuerySet[Charge], words: str) -> QuerySet[Charge]:
    """Return those charges whose person's name or address holds these words, or whose reference they are."""
    person = Q(application__person__name__icontains=words) | Q(application__person__email__icontains=words)
    number = words.strip().upper().removeprefix("C")
    is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    return found.filter(person | Q(pk=int(number)) if is_number else person)


def charges_of(person: User) -> QuerySet[Charge]:
    """Return a person's own charges; nobody else's can be reached through it."""
    return charges().filter(application__person=person)


def owed_by(person: User) -> QuerySet[Charge]:
    """Return those of a person's charges of which something is left to pay."""
    return charges_of(person).filter(Q(state=ChargeState.DUE.value))


def too_much_of(charge: Charge, percent: int) -> Decimal:
    """Return how much of what is left of a charge is not due to somebody with a waiver of so many per cent.

    charge: one of charges(). What was let go before is within it, since waivers never add up.
    """
    noted = dict(charge.settlements.values_list("kind").annotate(Sum("amount")).order_by())
    paid = noted.get(Settlement.Kind.PAYMENT, Decimal(0)) - noted.get(Settlement.Kind.CORRECTION, Decimal(0))
    due = fee(charge.listed, is_priority=False, waivers=[_waiver(Basis.HARDSHIP, percent)]).due
    left: Decimal = charge.left  # type: ignore[attr-defined]  # what charges() adds
    return left - max(due - max(paid, Decimal(0)), Decimal(0))
