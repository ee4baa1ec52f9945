from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lms.access.errors import MoreThanDue, Unchangeable, UnsaidReason
from lms.access.models import Application, Charge, Settlement
from lms.access.queries.fees import ChargeState, charges, charges_of
from lms.access.services.fees import charge_seat
from lms.access.services.seats import give_up_seat
from lms.lib.errors import Refusal
from tests.factories.access import LOWER_MIDDLE, loaded, with_priority
from tests.factories.accounts import UserFactory
from tests.factories.fees import DAY, OPEN, agreed, charged, granted, noted, seated

pytestmark = pytest.mark.django_db
Kind = Settlement.Kind
PRICES = st.decimals(min_value=Decimal("0.01"), max_value=999_999, places=2)
PERCENTS = st.integers(1, 100)


class TestWhatIsDue(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(PRICES, st.booleans(), st.lists(PERCENTS, max_size=3), st.lists(PERCENTS, max_size=2), st.booleans())
    def test_it_is_the_list_price_less_the_largest_waiver_that_holds_and_nothing_for_priority(
        self, listed, is_student, hardship, agreements, is_priority
    ):  # I16
        person = UserFactory(country="DE", profession="student" if is_student else "nurse")
        for percent in hardship:
            granted(person, percent)
        for percent in agreements:
            agreed(person, percent)
        if is_priority:
            with_priority(person)
        charge = charge_seat(seated(person).pk, listed=listed, currency="EUR", now=OPEN)
        off = max([*hardship, *agreements, 50 if is_student else 0])
        exact = Fraction(0) if is_priority else Fraction(listed) * (100 - off) / 100
        assert exact <= Fraction(charge.due) < exact + Fraction(1, 100)
        assert 0 <= charge.due <= charge.listed == listed


def test_worked_example_8_waivers_do_not_add_up():
    person = UserFactory(country="DE", profession="student")
    agreed(person, 25)
    charge = charged(seated(person))
    assert (charge.due, charge.basis, charge.percent_off) == (60, "student", 50)


def test_waivers_count_from_their_first_day_to_their_last():
    person = UserFactory(country="DE")
    agreed(person, 25, starts_on=DAY + timedelta(days=1))
    agreed(person, 30, starts_on=DAY - timedelta(days=9), ends_on=DAY - timedelta(days=1))
    granted(person, 40, ends_on=DAY - timedelta(days=1))
    assert charged(seated(person)).basis == Charge.Basis.LIST


def test_a_seat_is_charged_once_and_only_while_it_is_theirs():
    application = seated()
    assert charged(application) == charged(application, listed="500")
    given_back = seated()
    give_up_seat(given_back.pool_id, given_back.person, now=OPEN)
    assert charge_seat(given_back.pk, listed=Decimal(120), currency="EUR", now=OPEN) is None


def test_who_had_priority_when_they_applied_pays_nothing_whatever_comes_later():
    application = seated(with_priority(UserFactory(country="DE")))
    after_it_ended = OPEN + timedelta(days=800)
    assert charged(application, now=after_it_ended).basis == Charge.Basis.PRIORITY


def test_neither_a_new_data_set_nor_the_end_of_a_decision_changes_a_seat_or_a_charge():  # I17
    free, paying = seated(with_priority(UserFactory(country="DE"))), seated(UserFactory(country="DE"))
    before = [(charged(one).due, one.state, one.seat_id) for one in (free, paying)]
    loaded(DAY, {"DE": LOWER_MIDDLE})
    later = OPEN + timedelta(days=800)
    after = [(charged(one, now=later), Application.objects.get(pk=one.pk)) for one in (free, paying)]
    assert [(charge.due, one.state, one.seat_id) for charge, one in after] == before


# -- What is noted of it ------------------------------------------------------------------------------------------


def state_of(charge: Charge) -> tuple[str, Decimal]:
    found = charges().get(pk=charge.pk)
    return found.state, found.left


def test_a_charge_is_settled_once_all_of_it_has_come_in():
    charge = charged()
    assert state_of(charge) == (ChargeState.DUE, 120)
    noted(charge, "50")
    assert state_of(charge) == (ChargeState.DUE, 70)
    noted(charge, "70")
    assert state_of(charge) == (ChargeState.SETTLED, 0)


def test_a_charge_of_which_all_was_let_go_is_waived_and_so_is_one_of_nothing():
    charge = charged()
    noted(charge, "120", Kind.WAIVER, reference="The hospital pays by its agreement.")
    assert state_of(charge) == (ChargeState.WAIVED, 0)
    assert state_of(charged(seated(with_priority(UserFactory(country="DE"))))) == (ChargeState.WAIVED, 0)


def test_a_seat_given_back_leaves_nothing_to_pay():
    charge = charged()
    give_up_seat(charge.pool_id, charge.application.person, now=OPEN)
    assert state_of(charge)[0] == ChargeState.VOID


@pytest.mark.parametrize("amount", ["0", "-5", "120.01"])
def test_never_more_than_is_due_is_noted_nor_nothing(amount):
    charge = charged()
    with pytest.raises(MoreThanDue):
        noted(charge, amount)
    assert state_of(charge) == (ChargeState.DUE, 120)


def test_a_wrong_note_is_taken_back_by_another_and_both_stay():
    charge = charged()
    noted(charge, "100")
    with pytest.raises(MoreThanDue):
        noted(charge, "100.01", Kind.CORRECTION)
    noted(charge, "100", Kind.CORRECTION, reference="It was for somebody else.")
    assert state_of(charge) == (ChargeState.DUE, 120)
    assert charge.settlements.count() == 2


def test_a_note_says_what_it_rests_on_and_by_whom_and_stays_as_it_is():
    charge, lead = charged(), UserFactory()
    with pytest.raises(UnsaidReason):
        noted(charge, "10", reference=" ")
    note = noted(charge, "10", by=lead)
    assert (note.by, note.number, note.left) == (lead, 1, 110)
    for change in (note.save, note.delete, charge.save, Settlement.objects.all().delete):
        with pytest.raises(Unchangeable):
            change()


def test_the_table_itself_allows_no_two_notes_in_one_place_nor_more_than_is_due():
    charge = charged()
    fields = {"charge": charge, "kind": Kind.PAYMENT, "reference": "a", "received_on": DAY, "noted_at": OPEN}
    with pytest.raises(IntegrityError):
        Settlement.objects.create(number=1, amount=121, left=-1, **fields)


def test_a_persons_charges_are_theirs_alone_and_stay_about_nobody_when_they_are_erased():
    charge = charged()
    person = charge.application.person
    noted(charge, "20")
    assert list(charges_of(person)) == [charge]
    assert not charges_of(UserFactory())
    person.delete()
    found = charges().get(pk=charge.pk)
    assert (found.application, found.left, found.state) == (None, 100, ChargeState.VOID)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_payments_at_once_that_are_too_much_together_one_is_refused():
    charge, gate = charged(), Barrier(4)

    def pay(number: int) -> bool:
        try:
            gate.wait()
            noted(charge, "50")
        except Refusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(pay, range(4))) == [False, False, True, True]
    assert state_of(charge) == (ChargeState.DUE, 20)
