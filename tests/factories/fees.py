from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lms.access.models import Application, Charge, InstitutionAgreement, SeatPool, Settlement
from lms.access.services.fees import charge_seat, grant_hardship_waiver, settle_charge
from lms.access.services.hardship import ask_for_less
from lms.access.services.seats import apply_for_seat
from lms.accounts.models import User
from tests.factories.access import T1, at, pool_of
from tests.factories.accounts import InstitutionFactory, UserFactory

OPEN = at(T1 + 1)  # seats are given to whoever comes
DAY = OPEN.date()
NO_SALARY = "Our hospital has paid no salaries since spring."


def seated(person: User | None = None, *, now: datetime = OPEN) -> Application:
    """Give somebody a seat of a pool of their own."""
    return apply_for_seat(pool_of(capacity=1).pk, person or UserFactory(country="DE"), now=now)


def charged(application: Application | None = None, *, listed: str = "120", now: datetime = OPEN) -> Charge:
    """Charge somebody for a seat in euros."""
    application = application or seated()
    charge = charge_seat(application.pk, listed=Decimal(listed), currency="EUR", now=now)
    assert charge
    return charge


def noted(charge: Charge, amount: str, kind: str = Settlement.Kind.PAYMENT, **fields: Any) -> Settlement:
    """Note something of a charge."""
    by = fields.pop("by", None) or UserFactory()
    return settle_charge(
        charge.pk, kind=kind, amount=Decimal(amount), **({"reference": "RF-1", "on": DAY, "now": OPEN} | fields), by=by
    )


def agreed(person: User, percent: int, *, starts_on: date = DAY, ends_on: date | None = None) -> InstitutionAgreement:
    """Agree with a person's institution that its people pay less."""
    if person.institution is None:
        person.institution = InstitutionFactory()
        person.save()
    return InstitutionAgreement.objects.create(
        institution=person.institution, percent=percent, starts_on=starts_on, ends_on=ends_on
    )


def hardship_of(person: User, pool: SeatPool | None = None, *, now: datetime = OPEN, text: str = NO_SALARY):
    """Let somebody ask to pay less for a seat of a pool."""
    return ask_for_less(person, (pool or pool_of(capacity=1)).pk, text=text, now=now)


def granted(person: User, percent: int, *, ends_on: date = DAY):
    """Grant somebody a hardship waiver."""
    return grant_hardship_waiver(
        person, percent=percent, ends_on=ends_on, reason="No salary.", by=UserFactory(), now=at(0)
    )
