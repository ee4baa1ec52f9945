from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.fees import Fee, Waiver, fee

PRICES = st.decimals(min_value=0, max_value=99_999_999, places=2)
WAIVERS = st.builds(Waiver, st.just("any"), st.decimals(min_value=0, max_value=1, places=4))


@given(PRICES, st.lists(WAIVERS))
def test_priority_pays_nothing(listed, waivers):  # I16
    assert fee(listed, is_priority=True, waivers=waivers).due == 0


@given(PRICES, st.lists(WAIVERS))
def test_standard_pays_the_list_price_less_the_largest_waiver_and_a_cent_of_rounding_at_most(listed, waivers):  # I16
    due = fee(listed, is_priority=False, waivers=waivers).due
    exact = Fraction(listed) * (1 - max((Fraction(waiver.share) for waiver in waivers), default=Fraction(0)))
    assert 0 <= due <= listed
    assert exact <= Fraction(due) < exact + Fraction(1, 100)


@given(PRICES, st.lists(WAIVERS), WAIVERS)
def test_one_more_waiver_never_raises_the_fee(listed, waivers, more):  # I16
    before = fee(listed, is_priority=False, waivers=waivers).due
    assert fee(listed, is_priority=False, waivers=[*waivers, more]).due <= before


def test_worked_example_8_waivers_do_not_add_up():
    student, partner = Waiver("student", Decimal("0.5")), Waiver("institution", Decimal("0.25"))
    assert fee(Decimal(120), is_priority=False, waivers=[partner, student]) == Fee(Decimal(120), Decimal(60), student)
    assert fee(Decimal(120), is_priority=True, waivers=[partner, student]) == Fee(Decimal(120), Decimal(0))


def test_a_fee_is_rounded_up_to_what_the_currency_can_pay_and_never_above_the_list_price():
    third = [Waiver("hardship", Decimal("0.3333"))]
    assert fee(Decimal("0.10"), is_priority=False, waivers=third).due == Decimal("0.07")
    assert fee(Decimal(1000), is_priority=False, waivers=third, smallest=Decimal(1)).due == 667
    assert fee(
        Decimal("99.5"), is_priority=False, waivers=[Waiver("any", Decimal(0))], smallest=Decimal(1)
    ).due == Decimal("99.5")
