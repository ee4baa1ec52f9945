from datetime import UTC, datetime, timedelta

import pytest

from courses.assessments.rules import GRACE, due_at, is_over

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)


def test_time_runs_from_the_opening():
    assert due_at(NOON, 20) == datetime(2026, 1, 12, 12, 20, tzinfo=UTC)
    assert due_at(NOON, None) is None


@pytest.mark.parametrize(("late", "over"), [(-GRACE, False), (GRACE, False), (GRACE + timedelta(seconds=1), True)])
def test_a_form_may_arrive_a_minute_late(late, over):
    assert is_over(NOON, now=NOON + late) is over
    assert is_over(None, now=NOON + late) is False
