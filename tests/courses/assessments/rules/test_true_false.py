import pytest

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.true_false import mark


@pytest.mark.parametrize("key", [True, False])
@pytest.mark.parametrize(("given", "read"), [(True, True), (False, False), ("true", True), (" False ", False)])
def test_a_judgement_is_right_or_wrong(key, given, read):
    assert mark({"answer": key}, given).score == (1 if key is read else 0)


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_judgement_is_not_taken_for_false(nothing):
    assert mark({"answer": False}, nothing).score == 0
    assert mark({"answer": False}, nothing).reasons == (Reason("no-answer"),)


@pytest.mark.parametrize("answer", ["perhaps", 0, 1, [], "0"])
def test_what_is_no_judgement_scores_nothing(answer):
    assert mark({"answer": False}, answer).reasons == mark({"answer": True}, answer).reasons
    assert mark({"answer": False}, answer).score == mark({"answer": True}, answer).score == 0


@pytest.mark.parametrize("key", ["true", None, 1])
def test_an_item_without_a_key_is_named(key):
    with pytest.raises(UnusableItem, match="answer"):
        mark({"answer": key}, True)
