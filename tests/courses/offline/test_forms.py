"""Batches that no device of ours would send: refused whole, with the place named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.offline.errors import Malformed
from courses.offline.forms import read_batch
from courses.offline.rules import MOST_BYTES

ID, AT = "5b4a9e0e-8f2b-4f8a-9e53-0a2f7e0f5a11", "2027-03-01T09:00:00+00:00"
SEEN = {"id": ID, "kind": "seen", "at": AT, "lesson": 7}
WATCHED = {**SEEN, "kind": "watched", "recording": 3, "ranges": [[0, 12.5]], "position": 12.5}
ANSWERS = {"id": ID, "kind": "answers", "at": AT, "quiz": 7, "attempt": 9, "fields": {"q1": ["a", "b"]}}
REFLECTION = {**SEEN, "kind": "reflection", "block": ID, "text": "A thought.\nAnd another."}


def body(*events, **changes) -> bytes:
    return json.dumps({"version": 1, "person": "p", "sent_at": AT, "events": list(events)} | changes).encode()


@pytest.mark.parametrize("one", [SEEN, {**SEEN, "kind": "done"}, WATCHED, ANSWERS, REFLECTION])
def test_every_kind_is_read(one):
    [event] = read_batch(body(one)).events
    assert (str(event.event_id), event.kind, event.page_id, event.at.isoformat()) == (ID, one["kind"], 7, AT)


def test_another_zone_is_the_same_moment():
    [event] = read_batch(body({**SEEN, "at": "2027-03-01T14:45:00+05:45"})).events
    assert event.at.isoformat() == AT


@pytest.mark.parametrize(
    ("events", "place"),
    [
        ([{**SEEN, "kind": "hack"}], "events[0].kind"),
        ([{**SEEN, "kind": ["seen"]}], "events[0].kind"),
        ([SEEN, "seen"], "events[1].kind"),
        ([{**SEEN, "id": "7"}], "events[0].id"),
        ([{**SEEN, "at": "yesterday"}], "events[0].at"),
        ([{**SEEN, "at": "2027-03-01T09:00:00"}], "events[0].at"),
        ([{**SEEN, "at": "0001-01-01T00:00:00+23:59"}], "events[0].at"),
        ([{**SEEN, "at": "9999-12-31T23:59:59-23:59"}], "events[0].at"),
        ([{**SEEN, "at": 1772355600}], "events[0].at"),
        ([{**SEEN, "lesson": True}], "events[0].lesson"),
        ([{**SEEN, "lesson": 2**31}], "events[0].lesson"),
        ([{**SEEN, "lesson": -1}], "events[0].lesson"),
        ([{**SEEN, "admin": 1}], "events[0].admin"),
        ([{**WATCHED, "ranges": [[0]]}], "events[0].ranges[0]"),
        ([{**WATCHED, "ranges": [[0, 1]] * 401}], "events[0].ranges"),
        ([{**WATCHED, "position": float("nan")}], "events[0].position"),
        ([{**WATCHED, "position": float("inf")}], "events[0].position"),
        ([{**ANSWERS, "fields": ["q1"]}], "events[0].fields"),
        ([{**ANSWERS, "fields": {"q1": "a"}}], "events[0].fields.q1"),
        ([{**ANSWERS, "fields": {"q1": ["\0"]}}], "events[0].fields.q1"),
        ([{**REFLECTION, "text": "\ud800"}], "events[0].text"),
        ([{**REFLECTION, "text": "x" * 10_001}], "events[0].text"),
        ([SEEN] * 51, "events"),
        ({"0": SEEN}, "events"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(events, place):
    with pytest.raises(Malformed, match=rf"^{place.replace('[', '.').replace(']', '.')} is missing"):
        read_batch(body(events=events))


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\xff",
        b"null",
        b"7",
        b"[" * 100_000,
        body(version=2),
        body(person=None),
        body(sent_at=""),
        b" " * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_batch_is_refused(sent):
    with pytest.raises(Malformed):
        read_batch(sent)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_json_is_sent_it_is_refused_and_nothing_worse(value):
    for sent in (
        value,
        {"version": 1, "person": "p", "sent_at": AT, "events": [value]},
        {**json.loads(body()), "events": [{**SEEN, "at": value}]},
    ):
        with pytest.raises(Malformed):
            read_batch(json.dumps(sent).encode())
