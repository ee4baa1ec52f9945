from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.mail.rules import MAX_ATTEMPTS, delay_after


@given(attempts=st.integers(1, MAX_ATTEMPTS - 1), code=st.none() | st.integers(400, 499))
def test_a_failure_that_may_pass_is_tried_again_later_and_later(attempts, code):
    delay = delay_after(attempts, code=code)
    assert delay > timedelta(0)
    following = delay_after(attempts + 1, code=code)
    assert following is None or following > delay


@given(attempts=st.integers(MAX_ATTEMPTS, 100), code=st.none() | st.integers(200, 599))
def test_after_the_last_attempt_it_is_given_up(attempts, code):
    assert delay_after(attempts, code=code) is None


@given(attempts=st.integers(1, 100), code=st.integers(500, 599))
def test_a_lasting_refusal_is_not_repeated(attempts, code):
    assert delay_after(attempts, code=code) is None
