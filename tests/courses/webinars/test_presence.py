"""Minutes of presence: the union of stays within the session."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.webinars.presence import Rule, Stay, minutes_present, time_present

START = datetime(2027, 3, 28, 11, tzinfo=UTC)
END = START + timedelta(hours=1)
moments = st.integers(-40, 100).map(lambda minutes: START + timedelta(minutes=minutes))
stays = st.lists(st.builds(Stay, moments, moments), max_size=8)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def minutes(*spans: tuple[float, float]) -> int:
    return minutes_present([Stay(at(a), at(b)) for a, b in spans], starts_at=START, ends_at=END)


def test_what_counts_is_within_the_session_and_once():
    assert minutes((-10, 70)) == 60
    assert minutes((0, 30), (20, 40)) == 40  # two devices
    assert minutes((0, 20), (30, 45)) == 35  # left and came back
    assert minutes((-10, 0), (60, 90)) == 0
    assert minutes((0, 44.99)) == 44


@given(stays)
def test_presence_is_what_a_count_of_each_minute_comes_to(stays):
    counted = sum(
        any(stay.joined_at <= at(minute) and at(minute + 1) <= stay.left_at for stay in stays) for minute in range(60)
    )
    assert minutes_present(stays, starts_at=START, ends_at=END) == counted


@given(stays, st.randoms(use_true_random=False))
def test_the_order_of_stays_and_a_stay_told_twice_make_no_difference(stays, random):
    shuffled = [*stays, *stays[:2]]
    random.shuffle(shuffled)
    assert time_present(shuffled, starts_at=START, ends_at=END) == time_present(stays, starts_at=START, ends_at=END)


@given(stays, st.builds(Stay, moments, moments))
def test_one_stay_more_never_takes_anything_away_and_adds_at_most_itself(stays, more):
    before = time_present(stays, starts_at=START, ends_at=END)
    after = time_present([*stays, more], starts_at=START, ends_at=END)
    assert before <= after <= min(END - START, before + max(more.left_at - more.joined_at, timedelta(0)))


@given(stays, st.integers(-30, 30))
def test_a_clock_that_is_wrong_for_both_the_session_and_the_stays_changes_nothing(stays, skew):
    shift = timedelta(minutes=skew)
    moved = [Stay(stay.joined_at + shift, stay.left_at + shift) for stay in stays]
    assert time_present(moved, starts_at=START + shift, ends_at=END + shift) == time_present(
        stays, starts_at=START, ends_at=END
    )


@pytest.mark.parametrize(
    ("rule", "enough", "too_little"),
    [
        (Rule(percent=80), 48, 47.9),
        (Rule(percent=None, minutes=45), 45, 44.9),
        (Rule(percent=80, minutes=45), 45, 44.9),
        (Rule(percent=None, minutes=90), 60, 59.9),
        (Rule(percent=None, minutes=None), 1, 0),
    ],
)
def test_a_rule_is_met_by_a_share_or_by_minutes(rule, enough, too_little):
    assert rule.is_met([Stay(START, at(enough))], starts_at=START, ends_at=END)
    assert not rule.is_met([Stay(START, at(too_little))], starts_at=START, ends_at=END)
