"""When something happened on a device whose clock nobody can trust."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from courses.offline.rules import happened_at

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
moments = st.timedeltas(timedelta(days=-13_000), timedelta(days=13_000)).map(lambda age: NOW + age)
errors = st.timedeltas(timedelta(days=-4000), timedelta(days=4000))


@given(age=st.timedeltas(timedelta(), timedelta(days=300)), error=errors)
def test_a_clock_that_is_wrong_by_any_amount_tells_the_right_age(age, error):
    at = happened_at(NOW - age + error, sent_at=NOW + error, received_at=NOW, not_before=NOW - timedelta(days=400))
    assert at == NOW - age


@given(at=moments, sent_at=moments, not_before=moments)
def test_nothing_is_before_the_enrolment_nor_to_come(at, sent_at, not_before):
    believed = happened_at(at, sent_at=sent_at, received_at=NOW, not_before=not_before)
    assert min(not_before, NOW) <= believed <= NOW


@given(first=moments, second=moments, sent_at=moments, not_before=moments)
def test_what_came_first_stays_first(first, second, sent_at, not_before):
    def believed(at):
        return happened_at(at, sent_at=sent_at, received_at=NOW, not_before=not_before)

    assert believed(min(first, second)) <= believed(max(first, second))
