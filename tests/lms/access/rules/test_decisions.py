import json
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.bands import Band, CountryFacts, Income, Override, add_months
from lms.access.rules.decisions import CRITERIA, Inputs, Review, Tier, decide, fingerprint, inputs_of, stored
from lms.access.rules.terms import Terms, UnusableTerms

SUBSETS = ["".join(letters) for size in range(6) for letters in combinations(CRITERIA, size)]
DAY = date(2026, 12, 1)


def inputs(*history: CountryFacts, attested="", review=Review.NONE, on=DAY, country="PH", override=None) -> Inputs:
    return Inputs(country, attested, review, on, history, override, Terms(), policy=1, data_set=1)


def in_band(band: Band, **rest) -> Inputs:
    return inputs(override=Override(band, date.min, date.max), **rest)


# The table of the policy, section 2, written out once more: review, band, criteria named -> tier, months, in the queue.
def table(review: str, band: str, named: int) -> tuple[str, int, bool]:
    if review == "decline":
        return "S", 12, False
    if review == "approve":
        return ("P1", 24, False) if band == "B1" else ("P2", 12, False)
    if band == "B1":
        return "P1", 24, False
    if band == "B2" and named >= 1:
        return "P2", 12, False
    return "S", 0, (band == "B3" and named >= 2) or (band == "B4" and named >= 3)


@pytest.mark.parametrize("band", Band)
@pytest.mark.parametrize("review", Review)
def test_the_decision_is_the_table_for_every_band_review_and_set_of_criteria(band, review):
    for attested in SUBSETS:
        outcome = decide(in_band(band, attested=attested, review=review))
        tier, months, needs_review = table(review, band.value, len(attested))
        assert (outcome.tier, outcome.band, outcome.needs_review) == (tier, band, needs_review)
        assert outcome.valid_until == (add_months(DAY, months) if months else None)
        assert (outcome.policy, outcome.data_set) == (1, 1)
        assert len(outcome.reasons) >= 2


days = st.dates(date(2024, 1, 1), date(2032, 1, 1))
overrides = st.none() | st.builds(
    Override, band=st.sampled_from(Band), starts_on=st.just(date(2024, 1, 1)), ends_on=days
)
facts = st.builds(CountryFacts, days, st.sampled_from([None, *Income]), st.booleans())
terms = st.builds(
    Terms,
    criteria_b2=st.integers(1, 5),
    criteria_b3=st.integers(1, 5),
    criteria_b4=st.integers(1, 5),
    grace_months_income=st.integers(0, 40),
)
any_inputs = st.builds(
    Inputs,
    country=st.sampled_from(["PH", "XK"]),
    attested=st.sampled_from(SUBSETS),
    review=st.sampled_from(Review),
    on=days,
    history=st.lists(facts, max_size=4, unique_by=lambda one: one.effective_from).map(
        lambda rows: tuple(sorted(rows, key=lambda one: one.effective_from))
    ),
    override=overrides,
    terms=terms,
    policy=st.just(3),
    data_set=st.just(7),
)


@given(any_inputs)
def test_i15_a_decision_is_total_and_the_same_each_time(given_inputs):
    outcome = decide(given_inputs)
    assert outcome == decide(given_inputs)
    assert outcome.tier in Tier
    assert outcome.band in Band
    assert (outcome.tier is Tier.S) or outcome.valid_until > given_inputs.on


@given(any_inputs, st.sampled_from(CRITERIA))
def test_i15_naming_one_more_criterion_never_lowers_a_tier(given_inputs, letter):
    more = replace(given_inputs, attested="".join(sorted({*given_inputs.attested, letter})))
    assert decide(more).tier <= decide(given_inputs).tier


@given(any_inputs, st.sampled_from(Band), st.sampled_from(Band))
def test_i15_a_poorer_band_never_lowers_a_tier(given_inputs, one, other):
    poorer, richer = sorted((one, other))
    tiers = [
        decide(replace(given_inputs, override=Override(band, date.min, date.max))).tier for band in (poorer, richer)
    ]
    assert tiers == sorted(tiers)


@given(any_inputs)
def test_i18_a_decision_made_again_from_its_record_is_the_same(given_inputs):
    kept = json.loads(json.dumps(stored(given_inputs)))
    assert inputs_of(kept) == given_inputs
    assert decide(inputs_of(kept)) == decide(given_inputs)
    assert fingerprint(dict(reversed(kept.items()))) == fingerprint(kept)


# -- Worked examples of the policy, section 6 ----------------------------------------------------------------------


def test_example_5_a_nurse_in_the_philippines_keeps_priority_through_the_grace():
    fy26 = CountryFacts(date(2025, 7, 1), Income.LOWER_MIDDLE)
    fy27 = CountryFacts(date(2026, 7, 1), Income.UPPER_MIDDLE)
    first = decide(inputs(fy26, attested="bd", on=date(2026, 3, 9)))
    assert (first.tier, first.band, first.valid_until) == ("P2", "B2", date(2027, 3, 9))
    renewed = decide(inputs(fy26, fy27, attested="bd", on=date(2027, 3, 9)))
    assert (renewed.tier, renewed.band, renewed.valid_until) == ("P2", "B2", date(2028, 3, 9))
    assert decide(inputs(fy26, fy27, attested="bd", on=date(2027, 6, 30))).band == "B2"
    late = decide(inputs(fy26, fy27, attested="bd", on=date(2027, 7, 1)))
    assert (late.tier, late.band, late.valid_until, late.needs_review) == ("S", "B3", None, True)


@pytest.mark.parametrize(("income", "then"), [(Income.LOW, "B1"), (Income.LOWER_MIDDLE, "B2")])
def test_example_6_nepal_stays_b1_for_36_months_after_leaving_the_list(income, then):
    on_it = CountryFacts(date(2026, 7, 1), income, is_least_developed=True)
    off_it = CountryFacts(date(2026, 11, 24), income)
    bands = [
        decide(inputs(on_it, off_it, on=day, country="NP")).band
        for day in (date(2026, 11, 24), date(2029, 11, 23), date(2029, 11, 24))
    ]
    assert bands == ["B1", "B1", then]


def test_example_7_a_rural_clinic_in_a_rich_country_waits_for_a_review_and_is_approved():
    high = CountryFacts(date(2026, 7, 1), Income.HIGH)
    asked = decide(inputs(high, attested="ace", country="DE"))
    assert (asked.tier, asked.band, asked.valid_until, asked.needs_review) == ("S", "B4", None, True)
    approved = decide(inputs(high, attested="ace", country="DE", review=Review.APPROVE, on=date(2026, 12, 7)))
    assert (approved.tier, approved.valid_until, approved.needs_review) == ("P2", date(2027, 12, 7), False)


# -- Terms ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unusable", [{"months_p1": 0}, {"criteria_b2": "1"}, {"criteria_b2": True}, {"grace_months_income": -1}, {"x": 1}]
)
def test_terms_that_no_policy_can_have_are_refused(unusable):
    with pytest.raises(UnusableTerms):
        Terms.of(unusable)
