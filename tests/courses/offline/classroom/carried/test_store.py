"""What a class does is on the disk before anybody is told so, and is what goes back."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import is_drawn_from
from courses.offline.classroom.carried.program import store as module
from courses.offline.classroom.carried.program.rules import draw, hashed, is_pin, name_of
from courses.offline.classroom.carried.program.store import HOST, Full, Store, Taken, Wait
from courses.reflections import rules as reflection_rules
from tests.services import ROOT

BLOCK = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "class.sqlite3")


@pytest.fixture
def ama(store):
    return store.join("Ama", "ama@example.org", "2468")


def written(store) -> list[dict]:
    [person] = store.everything()
    return [event for event in person["events"] if event["kind"] == "reflection"]


def test_who_joined_comes_back_with_their_pin(store, ama):
    assert store.enter("AMA@example.org", "2468") == ama
    assert store.enter("ama@example.org", "2469") is None
    assert store.enter("nobody@example.org", "2468") is None
    with pytest.raises(Taken):
        store.join("Another", "Ama@Example.org", "1111")


def test_pins_cannot_be_tried_for_ever_and_the_host_gives_another(store, ama, monkeypatch):
    for _ in range(5):
        assert store.enter("ama@example.org", "0000") is None
    with pytest.raises(Wait):
        store.enter("ama@example.org", "2468")
    token = store.begin_session(ama)
    pin = store.give_pin(ama)
    assert store.session(token) is None
    assert store.enter("ama@example.org", pin) == ama
    for _ in range(5):
        store.enter("ama@example.org", "0000")
    later = time.time() + module.WAIT_SECONDS + 1
    monkeypatch.setattr(module.time, "time", lambda: later)
    assert store.enter("ama@example.org", pin) == ama


def test_a_clock_that_was_set_back_locks_nobody_out_for_long(store, ama, monkeypatch):
    for _ in range(5):
        store.enter("ama@example.org", "0000")
    monkeypatch.setattr(module.time, "time", lambda: 1_000_000.0)
    assert store.enter("ama@example.org", "2468") == ama


def test_neither_pins_nor_sessions_stand_in_the_file(store, ama, tmp_path):
    token = store.begin_session(ama)
    content = (tmp_path / "class.sqlite3").read_bytes()
    assert token.encode() not in content
    assert b"2468" not in content
    assert is_pin("2468", hashed("2468"))
    assert hashed("2468") != hashed("2468")


def test_a_session_ends_when_it_is_left_and_after_half_a_day(store, ama, monkeypatch):
    token, host = store.begin_session(ama), store.begin_session(HOST)
    assert (store.session(token), store.session(host)) == (ama, HOST)
    store.end_session(token)
    assert store.session(token) is None
    later = time.time() + module.SESSION_SECONDS + 1
    monkeypatch.setattr(module.time, "time", lambda: later)
    assert store.session(host) is None


def test_what_is_done_twice_is_one(store, ama):
    assert store.record(ama, "done/1-1", "done", lesson=7)
    assert not store.record(ama, "done/1-1", "done", lesson=7)
    assert store.hand_in(ama, "1-2", 8, [1], {"q1": ["a"]})
    assert not store.hand_in(ama, "1-2", 8, [1], {"q1": ["b"]})
    [person] = store.everything()
    assert [event["kind"] for event in person["events"]] == ["done", "answers"]
    assert person["events"][1]["fields"] == {"q1": ["a"]}
    assert len({event["id"] for event in person["events"]}) == 2


def test_a_draft_is_kept_until_the_quiz_is_handed_in(store, ama):
    store.keep_draft(ama, "1-2", {"q1": ["a"]})
    assert store.draft(ama, "1-2") == {"q1": ["a"]}
    store.hand_in(ama, "1-2", 8, [1], {"q1": ["a"]})
    assert store.draft(ama, "1-2") == {}


def test_what_one_writes_again_takes_the_place_of_what_has_not_left(store, ama):
    store.reflect(ama, 7, BLOCK, "First.")
    store.reflect(ama, 7, BLOCK, "Second.")
    store.reflect(ama, 7, BLOCK, "Second.")
    assert [(one["text"], one.get("seen")) for one in written(store)] == [("Second.", None)]
    store.note_as_out()
    store.reflect(ama, 7, BLOCK, "Third.")
    store.reflect(ama, 7, BLOCK, "Fourth.")
    assert [(one["text"], one.get("seen")) for one in written(store)] == [
        ("Second.", None),
        ("Fourth.", name_of("Second.")),
    ]
    assert store.reflection(ama, BLOCK) == "Fourth."
    assert len(store.everything(only_out=True)[0]["events"]) == 1


def test_what_is_emptied_before_it_left_never_was(store, ama):
    store.reflect(ama, 7, BLOCK, "First.")
    store.reflect(ama, 7, BLOCK, "")
    assert store.everything() == []
    store.reflect(ama, 7, BLOCK, "Second.")
    store.note_as_out()
    store.reflect(ama, 7, BLOCK, "")
    assert [one["text"] for one in written(store)] == ["Second.", ""]


@given(st.text())
def test_a_text_has_the_name_that_the_academy_gives_it(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert name_of(text) == reflection_rules.name_of(text)


@given(
    st.lists(st.sampled_from(["", "a", "b"]), min_size=1, max_size=12),
    st.integers(1, 4),
    st.integers(1, 4),
    st.booleans(),
)
def test_every_draw_could_be_made_at_the_academy(pools, first, second, shuffles):
    draws = {"a": first, "b": second}
    questions = [{"id": number, "pool": pool} for number, pool in enumerate(pools, start=1)]
    drawn = draw({"questions": questions, "draws": draws, "shuffles": shuffles})
    assert is_drawn_from(drawn, {one["id"]: one["pool"] for one in questions}, draws)
    assert shuffles or drawn == sorted(drawn)


def test_a_draw_stays_as_it_was(store, ama):
    questions = [{"id": number, "pool": "a"} for number in range(1, 40)]
    quiz = {"name": "1-2", "questions": questions, "draws": {"a": 5}, "shuffles": True}
    assert store.drawn(ama, quiz) == store.drawn(ama, quiz)
    other = store.join("Kofi", "kofi@example.org", "1357")
    assert store.drawn(ama, quiz) != store.drawn(other, quiz)


def test_as_much_is_taken_as_one_return_can_hold(store, ama, monkeypatch):
    monkeypatch.setattr(module, "MOST_EVENTS", 2)
    monkeypatch.setattr(module, "MOST_PEOPLE", 1)
    store.record(ama, "done/1", "done")
    store.record(ama, "done/2", "done")
    with pytest.raises(Full):
        store.record(ama, "done/3", "done")
    with pytest.raises(Full):
        store.join("Kofi", "kofi@example.org", "1357")


def test_an_address_can_be_corrected_but_not_to_anothers(store, ama):
    store.join("Kofi", "kofi@example.org", "1357")
    store.change(ama, "Ama B", "ama.b@example.org")
    assert store.person(ama) == {"id": ama, "name": "Ama B", "email": "ama.b@example.org"}
    with pytest.raises(Taken):
        store.change(ama, "Ama", "KOFI@example.org")


def test_many_phones_at_once_lose_nothing(store):
    people = [store.join(f"P{number}", f"p{number}@example.org", "1234") for number in range(8)]

    def work(person: int) -> None:
        for number in range(25):
            store.record(person, f"done/{number}", "done", lesson=number)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(work, [*people, *people]))
    assert [len(one["events"]) for one in store.everything()] == [25] * 8


WRITING = """
import sys
from pathlib import Path
from courses.offline.classroom.carried.program.store import Store
store = Store(Path(sys.argv[1]))
person = store.join("Ama", "ama@example.org", "2468")
for number in range(100_000):
    store.record(person, f"done/{number}", "done", lesson=number)
    print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 17, 60])
def test_killed_at_any_moment_everything_that_was_told_is_there(tmp_path, after):
    path = tmp_path / "class.sqlite3"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITING, str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    told = [int(process.stdout.readline()) for _ in range(after)]
    os.kill(process.pid, signal.SIGKILL)
    told += [int(line) for line in process.stdout.read().splitlines()]
    process.wait()
    [person] = Store(path).everything()
    kept = [event["lesson"] for event in person["events"]]
    assert kept[: len(told)] == told
    assert len(kept) <= len(told) + 1


def test_it_is_written_through_to_the_disk(store):
    with store._reading() as db:
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_failed_write_leaves_nothing(store, ama):
    def fail() -> None:
        with store._writing() as db:
            db.execute("INSERT INTO drafts VALUES (?, '1', '{}')", (ama,))
            db.execute("INSERT INTO nothing VALUES (1)")

    with pytest.raises(sqlite3.Error):
        fail()
    assert store.draft(ama, "1") == {}
