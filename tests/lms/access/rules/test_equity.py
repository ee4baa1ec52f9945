from lms.access.rules.equity import Shared, calls_for_review

STARVED = Shared(priority_seated=9, standard_seated=1, priority_waiting=0, standard_waiting=5)
FAIR = Shared(priority_seated=8, standard_seated=2, priority_waiting=0, standard_waiting=5)
NOBODY_WAITS = Shared(priority_seated=9, standard_seated=1, priority_waiting=4, standard_waiting=0)


def test_three_runs_in_a_row_that_starve_call_for_a_review_and_less_do_not():
    assert calls_for_review([STARVED] * 3)
    assert calls_for_review([FAIR, *[STARVED] * 3])
    for runs in ([STARVED] * 2, [STARVED, FAIR, STARVED], [*[STARVED] * 3, FAIR], [*[STARVED] * 2, NOBODY_WAITS]):
        assert not calls_for_review(runs)


def test_a_run_without_seats_in_use_starves_nobody():
    assert not Shared(0, 0, 0, 3).starves_standard
