"""What a class sends back is taken whole and unchanged, or refused with the place named."""

import gzip
import json
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.offline.classroom import returns
from courses.offline.classroom.errors import NotAReturn
from courses.offline.classroom.returns import read_return
from courses.offline.classroom.rules import Packed, PackedQuiz
from courses.offline.errors import Malformed
from tests.factories.classroom import pupil, returned, signed
from tests.factories.progress import NOW

LESSON, QUIZ, POOLED = 11, 22, 33
FILE = SimpleNamespace(key=uuid4(), secret="s" * 64)
PACKED = Packed(
    FILE.secret,
    frozenset({LESSON}),
    {
        QUIZ: PackedQuiz({1: "", 2: ""}, {1: 101, 2: 102}, {}),
        POOLED: PackedQuiz({3: "", 4: "cases", 5: "cases", 6: "cases"}, {3: 103, 4: 104, 5: 105, 6: 106}, {"cases": 2}),
    },
)


def read(data: bytes):
    return read_return(data, lambda key: PACKED if key == FILE.key else None)


def did(kind: str = "done", **parts) -> dict:
    where = {"quiz": QUIZ, "drawn": [1, 2], "fields": {}} if kind == "answers" else {"lesson": LESSON}
    return {"id": str(uuid4()), "kind": kind, "at": NOW.isoformat(), **where, **parts}


def refusal(data: bytes) -> str:
    with pytest.raises(Malformed) as refused:
        read(data)
    return str(refused.value)


def of_one(*events: dict, **head) -> bytes:
    return returned(FILE, [pupil("a@example.org", events)], head=head)


GOOD = of_one(did(), did("seen"), did("read", recording=7), did("answers", fields={"q1": ["x"]}))


def test_it_is_read_as_it_was_meant():
    one, two = did(), did("answers", drawn=[2, 1], fields={"q1": ["right"]})
    brought = read(returned(FILE, [pupil("a@example.org", [one, two], name="Ama"), pupil("b@example.org", [])]))
    assert (brought.file_key, brought.made_at, [who.name for who in brought.people]) == (
        FILE.key,
        NOW,
        ["Ama", "Pupil"],
    )
    done, answers = brought.people[0].events
    assert (done.kind, done.page_id, str(done.event_id)) == ("done", LESSON, one["id"])
    assert list(answers.drawn.items()) == [(2, 102), (1, 101)]
    assert answers.fields == {"q1": ["right"]}


def test_a_browser_may_have_unpacked_it_on_the_way():
    assert read(gzip.decompress(GOOD)) == read(GOOD)


@given(st.integers(0, len(GOOD) - 1))
def test_cut_off_anywhere_it_is_refused(length):
    refusal(GOOD[:length])


@given(st.integers(0, len(gzip.decompress(GOOD)) - 2), st.integers(1, 255))
def test_changed_anywhere_it_is_refused(place, change):
    text = bytearray(gzip.decompress(GOOD))
    text[place] ^= change
    refusal(bytes(text))
    refusal(gzip.compress(bytes(text)))


@given(st.binary(max_size=300))
def test_whatever_else_is_sent_is_refused_in_words(data):
    assert len(refusal(data)) > 20


def test_signed_by_another_file_it_is_refused():
    other = SimpleNamespace(key=FILE.key, secret="t" * 64)
    assert "signature does not fit" in refusal(returned(other, [pupil("a@example.org", [])]))
    assert "not of this course" in refusal(returned(SimpleNamespace(key=uuid4(), secret=FILE.secret), []))


def test_a_file_that_unpacks_to_more_than_it_may_is_never_unpacked(monkeypatch):
    assert "20 MB" in refusal(gzip.compress(b"0" * 21_000_000))
    monkeypatch.setattr(returns, "LARGEST_RETURN", 100)
    assert "10 MB" in refusal(GOOD)


def test_what_stands_behind_the_end_is_refused():
    assert "added to the end" in refusal(GOOD + b"x")
    assert "added to the end" in refusal(GOOD + GOOD)


@pytest.mark.parametrize(
    ("event", "place"),
    [
        (did(lesson=12), "line 2.events[1].lesson"),
        (did(lesson=QUIZ), "line 2.events[1].lesson"),
        (did(lesson="11"), "line 2.events[1].lesson"),
        (did(lesson=True), "line 2.events[1].lesson"),
        (did("watched", ranges=[], recording=1, position=0), "line 2.events[1].kind"),
        (did("answers", quiz=LESSON), "line 2.events[1].quiz"),
        (did("answers", drawn=[1]), "line 2.events[1].drawn"),
        (did("answers", drawn=[1, 2, 3]), "line 2.events[1].drawn"),
        (did("answers", drawn=[1, 1]), "line 2.events[1].drawn"),
        (did("answers", drawn=[]), "line 2.events[1].drawn"),
        (did("answers", drawn=[[1]]), "line 2.events[1].drawn[0]"),
        (did("answers", quiz=POOLED, drawn=[3, 4]), "line 2.events[1].drawn"),
        (did("answers", quiz=POOLED, drawn=[4, 5, 6]), "line 2.events[1].drawn"),
        (did("answers", attempt=5), "line 2.events[1].attempt"),
        (did("answers", fields={"q1": "x"}), "line 2.events[1].fields.q1"),
        (did("reflection", block="no-uuid", text="x"), "line 2.events[1].block"),
        (did("reflection", block=str(uuid4()), text="\x00"), "line 2.events[1].text"),
        (did(id="1"), "line 2.events[1].id"),
        (did(at="yesterday"), "line 2.events[1].at"),
        (did(at="2026-01-01T00:00:00"), "line 2.events[1].at"),
        (did(more=1), "line 2.events[1].more"),
        ("done", "line 2.events[1].kind"),
    ],
)
def test_what_the_classroom_file_does_not_hold_is_refused_with_its_place(event, place):
    assert refusal(of_one(did(), event)).startswith(f"{place} ")


def test_a_draw_that_could_be_made_is_taken_in_any_order():
    brought = read(of_one(did("answers", quiz=POOLED, drawn=[6, 3, 4])))
    assert dict(brought.people[0].events[0].drawn) == {6: 106, 3: 103, 4: 104}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"people": 2}, "line 1.people"),
        ({"people": True}, "line 1.people"),
        ({"made_at": None}, "line 1.made_at"),
        ({"file": 5}, "line 1.file"),
        ({"extra": 1}, "line 1.extra"),
    ],
)
def test_a_head_that_is_not_what_it_must_be_is_refused(changes, place):
    text = refusal(of_one(did(), **changes))
    assert text.startswith(f"{place} ")


@pytest.mark.parametrize("changes", [{"version": 2}, {"version": "1"}, {"genomed": "backup"}])
def test_another_version_is_refused_as_such(changes):
    with pytest.raises(NotAReturn, match="another version"):
        read(of_one(did(), **changes))


def test_who_stands_there_twice_or_without_an_address_is_refused():
    twice = [pupil("a@example.org", []), pupil("A@Example.org", [])]
    assert refusal(returned(FILE, twice)).startswith("line 3.email ")
    assert refusal(returned(FILE, [pupil(" ", [])])).startswith("line 2.email ")
    assert refusal(returned(FILE, [pupil("a" * 255, [])])).startswith("line 2.email ")
    assert refusal(returned(FILE, [pupil("a@example.org", [], name="x" * 121)])).startswith("line 2.name ")
    assert refusal(returned(FILE, [["a@example.org"]])).startswith("line 2 ")


def test_numbers_are_bounded():
    many = [pupil(f"{number}@example.org", []) for number in range(501)]
    assert refusal(returned(FILE, many)).startswith("line 1.people ")
    assert read(returned(FILE, many[:500]))
    assert refusal(of_one(*(did() for _ in range(1001)))).startswith("line 2.events ")


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        "1" * 5000,
        "NaN",
        "\ufeff{}",
        '{"email": "\\ud800@example.org", "name": "", "events": []}',
    ],
)
def test_hostile_json_is_refused(line):
    head = {
        "genomed": "classroom-return",
        "version": 1,
        "file": str(FILE.key),
        "computer": "",
        "made_at": NOW.isoformat(),
    }
    refusal(signed(FILE.secret, [json.dumps({**head, "people": 1}), line]))
    refusal(signed(FILE.secret, [line]))
