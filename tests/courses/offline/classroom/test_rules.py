from datetime import timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from courses.offline.classroom.rules import SLACK, Pupil, Return, sent_at_of
from courses.offline.rules import Event, happened_at
from tests.factories.progress import NOW

DAY = timedelta(days=1)
PACKED, BROUGHT = NOW, NOW + 40 * DAY


def happened(*, days: int, made_days: int, wrong: timedelta) -> object:
    """When something happened by our clock, that a computer tells whose clock is wrong by so much. days: after packing."""
    event = Event(uuid4(), "done", NOW + days * DAY + wrong, page_id=1)
    brought = Return(uuid4(), NOW + made_days * DAY + wrong, [Pupil("a@example.org", "A", [event])])
    sent_at = sent_at_of(brought, packed_at=PACKED, now=BROUGHT)
    return happened_at(event.at, sent_at=sent_at, received_at=BROUGHT, not_before=PACKED)


@given(st.integers(0, 39), st.integers(0, 39))
def test_a_file_that_lay_for_weeks_tells_when_it_was(first, second):
    days, made_days = sorted((first, second))
    assert happened(days=days, made_days=made_days, wrong=timedelta(0)) == NOW + days * DAY


def test_a_clock_wrong_by_a_year_tells_how_long_before_the_file_was_made():
    for wrong in (-365 * DAY, 365 * DAY):
        assert happened(days=2, made_days=5, wrong=wrong) == BROUGHT - 3 * DAY


def test_no_time_before_packing_or_to_come_is_believed():
    assert happened(days=0, made_days=0, wrong=-SLACK) == PACKED
    assert happened(days=40, made_days=40, wrong=SLACK) == BROUGHT


def test_a_return_without_anybody_is_as_old_as_its_file():
    assert sent_at_of(Return(uuid4(), NOW), packed_at=PACKED, now=BROUGHT) == BROUGHT
