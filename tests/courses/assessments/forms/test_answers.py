import pytest
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from courses.assessments.exhibits import shuffled
from courses.assessments.forms import QuizForm
from courses.assessments.forms.answers import AsksField, LineField, MatchingField, OrderingField
from courses.assessments.models import Question
from tests.factories.assessments import task_of

ORDER = {"items": ["first", "second", "third"]}
MATCHING = {
    "pairs": [{"left": "C", "right": "Collective benefit"}, {"left": "E", "right": "Ethics"}],
    "distractors": ["Reuse"],
}


def asked(kind: str, value: dict) -> Question:
    return Question(pk=1, kind=kind, stem="?", task=task_of(kind, value))


def bound(kind: str, value: dict, **data) -> QuizForm:
    sent = MultiValueDict({name: [given] for name, given in data.items()})
    return QuizForm([asked(kind, value)], sent)


def test_things_are_put_in_order_by_their_places():
    field = OrderingField(["second", "third", "first"], label="")
    assert field.clean(["2", "3", "1"]) == ["first", "second", "third"]
    assert field.clean(["", "", ""]) == []


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (["1", "1", "2"], "Place 1 is given to “second” and to “third”"),
        (["1", "2", ""], "“first” has no place yet"),
        (["1", "2", "4"], "has changed"),
        (["1", "2", "x"], "has changed"),
    ],
)
def test_an_order_that_is_none_says_why(places, words):
    with pytest.raises(ValidationError, match=words):
        OrderingField(["second", "third", "first"], label="").clean(places)


def test_what_was_typed_is_kept_when_an_order_is_refused():
    form = bound("ordering", ORDER, q1_0="1", q1_1="1", q1_2="3")
    assert not form.is_valid()
    assert str(form["q1"]).count("selected") == 3


def test_a_matching_leaves_out_what_was_left_open():
    field = MatchingField(["C", "E"], ["Ethics", "Collective benefit", "Reuse"], label="")
    assert field.clean(["Collective benefit", ""]) == {"C": "Collective benefit"}
    assert field.clean(["", ""]) == {}
    with pytest.raises(ValidationError, match="has changed"):
        field.clean(["Virtue", ""])


def test_what_is_asked_about_a_record_is_answered_by_name():
    asks = [
        {"id": "a", "prompt": "Which?", "type": "single", "options": ["SNV", "deletion"]},
        {"id": "b", "prompt": "How many?", "type": "numeric"},
    ]
    assert AsksField(asks, label="").clean(["SNV", " 0,46 "]) == {"a": "SNV", "b": "0,46"}


@pytest.mark.parametrize("hostile", ["\x00", "a\x00b", "x" * 2501])
def test_a_line_that_no_answer_could_be_is_refused(hostile):
    with pytest.raises(ValidationError):
        LineField("hgvs", label="").clean(hostile)


@pytest.mark.parametrize(
    "kind_and_value", [("ordering", ORDER), ("matching", MATCHING), ("true_false", {"answer": "true"})]
)
@pytest.mark.parametrize("hostile", ["\x00", "x" * 10_000, "[[[[", "-1", "true false", "<script>"])
def test_hostile_posts_are_refused_or_empty_and_never_a_fault(kind_and_value, hostile):
    form = bound(*kind_and_value, q1=hostile, q1_0=hostile, q1_1=hostile)
    assert not form.is_valid() or not form.answers


def test_a_judgement_is_stored_as_it_was_chosen():
    form = bound("true_false", {"answer": "false"}, q1="false")
    assert form.is_valid()
    assert form.answers == {1: "false"}


def test_the_order_shown_follows_from_the_texts_alone_and_is_not_the_keys():
    texts = ["a", "b", "c", "d"]
    assert shuffled(texts, seed="s") in (shuffled(texts[::-1], seed="s"), shuffled(texts[::-1], seed="s")[::-1])
    for seed in map(str, range(50)):
        assert shuffled(texts, seed=seed) != texts
        assert sorted(shuffled(texts, seed=seed)) == texts
