"""What people owe for seats: charged once, when a seat is theirs; settled by what staff note, never by more than is due."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from lms.access.errors import MoreThanDue, UnsaidReason
from lms.access.models import Application, Charge, HardshipWaiver, Settlement
from lms.access.queries.fees import footing_of, quote
from lms.accounts.models import User


@transaction.atomic
def charge_seat(application_id: int, *, listed: Decimal, currency: str, now: datetime) -> Charge | None:
    """Charge the holder of a confirmed seat by what holds now, and return the charge; a second call returns the first.

    None where the seat is not, or no longer, theirs.
    """
    application = Application.objects.select_for_update(no_key=True, of=("self",)).get(pk=application_id)
    if found := Charge.objects.filter(application=application).first():
        return found
    if application.state != Application.State.CONFIRMED:
        return None
    footing = footing_of(application.person, now=now, is_priority=application.is_priority)
    price = quote(footing, listed, currency)
    return Charge.objects.create(
        application=application,
        pool_id=application.pool_id,
        listed=price.listed,
        due=price.due,
        currency=price.currency,
        basis=price.basis,
        percent_off=price.percent_off,
        made_at=now,
    )


@transaction.atomic
def settle_charge(
    charge_id: int, *, kind: str, amount: Decimal, reference: str, on: date, by: User, now: datetime
) -> Settlement:
    """Note a payment, let some of a charge go, or take back an earlier note.

    reference: of the bank transfer, or the reason. Raises MoreThanDue, UnsaidReason.
    """
    charge = Charge.objects.select_for_update(no_key=True).get(pk=charge_id)
    last = charge.settlements.order_by("-number").first()
    left = last.left if last else charge.due
    is_correction = kind == Settlement.Kind.CORRECTION
    most = charge.due - left if is_correction else left
    if not 0 < amount <= most:
        raise MoreThanDue(
            _("%(most)s has been noted so far, so at most that can be taken back. Give an amount up to it.")
            % {"most": most}
            if is_correction
            else _("%(most)s is still due. Give an amount above 0 and up to that.") % {"most": most}
        )
    if not reference.strip():
        raise UnsaidReason(
            _("Give the reference of the bank transfer, so that it can be found again.")
            if kind == Settlement.Kind.PAYMENT
            else _("Give the reason, so that others can understand it later.")
        )
    return Settlement.objects.create(
        charge=charge,
        number=last.number + 1 if last else 1,
        kind=kind,
        amount=amount,
        left=left + amount if is_correction else left - amount,
        reference=reference.strip(),
        received_on=on,
        by=by,
        noted_at=now,
    )


def grant_hardship_waiver(
    person: User, *, percent: int, ends_on: date, reason: str, by: User, now: datetime
) -> HardshipWaiver:
    """Let a person pay less, as they asked, for seats that become theirs up to a day."""
    return HardshipWaiver.objects.create(
        person=person, percent=percent, ends_on=ends_on, reason=reason, granted_by=by, granted_at=now
    )
