import json
import re
from copy import deepcopy
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.services import ROOT

ROLLING = {
    "capacity": 3,
    "share": 0.4,
    "t0": 0,
    "t1": 168,
    "t2": 336,
    "t3": 504,
    "salt": "9f2c",
    "events": [
        {"at": 1, "do": "apply", "who": "ama", "priority": True},
        {"at": 2, "do": "apply", "who": "bea", "priority": True},
        {"at": 2, "do": "apply", "who": "carl", "priority": False},
        {"at": 5, "do": "apply", "who": "dina", "priority": False},
        {"at": 168, "do": "tick"},
        {"at": 170, "do": "apply", "who": "eva", "priority": False},
        {"at": 180, "do": "accept", "who": "bea"},
        {"at": 240, "do": "accept", "who": "dina"},
    ],
}
ANSWER = {
    "capacity": 3,
    "reserved": 1,
    "now": 240,
    "seated": [
        {"who": "ama", "pool": "reserved", "state": "confirmed", "until": None},
        {"who": "bea", "pool": "open", "state": "confirmed", "until": None},
        {"who": "carl", "pool": "open", "state": "held", "until": 312},
    ],
    "waiting": {"reserved": [], "open": ["eva"]},
}
BATCH = {
    "mode": "batch",
    "capacity": 3,
    "share": 0.4,
    "precedence": "open_first",
    "salt": "9f2c",
    "applicants": [
        {"who": "ama", "priority": True},
        {"who": "bea", "priority": True},
        {"who": "carl", "priority": False},
        {"who": "dina", "priority": False},
    ],
}
MISSING = object()


@pytest.fixture
def replay(tmp_path):
    """A function from what a file holds (objects, text or bytes) to the answer."""

    def replay(asked):
        raw = asked if isinstance(asked, bytes) else (asked if isinstance(asked, str) else json.dumps(asked)).encode()
        path = tmp_path / "pool.json"
        path.write_bytes(raw)
        out, err = StringIO(), StringIO()
        try:
            call_command("replay_seats", str(path), stdout=out, stderr=err)
        except CommandError as error:
            if out.getvalue() or error.returncode != 1:
                pytest.fail("a refusal leaves standard output empty and the status is 1")
            raise
        return json.loads(out.getvalue())

    return replay


def changed(form, *path, to):
    """A form with one value changed, or with one key taken away."""
    form = part = deepcopy(form)
    for key in path[:-1]:
        part = part[key]
    if to is MISSING:
        del part[path[-1]]
    else:
        part[path[-1]] = to
    return form


def test_the_policys_example_of_rolling_mode(replay):
    assert replay(ROLLING) == ANSWER


def test_the_policys_example_of_batch_mode(replay):
    assert replay(BATCH) == {
        "capacity": 3,
        "reserved": 1,
        "seated": [
            {"who": "ama", "pool": "open", "state": "held", "until": None},
            {"who": "bea", "pool": "reserved", "state": "held", "until": None},
            {"who": "dina", "pool": "open", "state": "held", "until": None},
        ],
        "waiting": {"reserved": [], "open": ["carl"]},
    }


def test_every_example_of_the_documentation_is_answered_as_it_says(replay):
    pairs = re.findall(
        r"```json\n(.*?)\n```\n\n```json\n(.*?)\n```", (ROOT / "docs/interface.md").read_text(), re.DOTALL
    )
    assert len(pairs) == 2
    for asked, told in pairs:
        assert replay(asked) == json.loads(told)


def test_a_list_is_answered_by_a_list_in_its_order_each_on_its_own(replay):
    answers = replay([changed(ROLLING, "capacity", to=capacity) for capacity in range(1, 1001)] + [BATCH])
    assert [answer["capacity"] for answer in answers] == [*range(1, 1001), 3]
    assert answers[2] == ANSWER
    assert replay([]) == []


def test_a_pool_to_which_nothing_has_happened_has_no_now(replay):
    answer = replay(ROLLING | {"events": []})
    assert (answer["now"], answer["seated"], answer["waiting"]) == (None, [], {"reserved": [], "open": []})


def test_numbers_are_the_decimals_that_are_written(replay):
    assert replay(json.dumps(ROLLING | {"capacity": 25, "events": []}).replace("0.4", "0.58"))["reserved"] == 15
    applied = {"do": "apply", "priority": False}
    events = [applied | {"at": 169.1, "who": "a"}, applied | {"at": 169.1, "who": "b"}]
    events += [{"at": 169.1, "do": "cancel", "who": "a"}]
    one = ROLLING | {"capacity": 1, "events": events}
    held = replay(one)["seated"][0]
    assert (held["state"], held["until"]) == ("held", 241.1)
    assert replay(one | {"events": [*events, {"at": 241.0999999, "do": "tick"}]})["seated"] == [held]
    assert replay(one | {"events": [*events, {"at": 241.1, "do": "tick"}]})["seated"] == []


def test_merit_comes_before_the_ballot_and_nought_where_it_is_missing(replay):
    asked = changed(BATCH, "applicants", 2, "merit", to=0.5)
    asked = changed(asked, "applicants", 3, "merit", to=-1)
    answer = replay(asked)
    assert [seat["who"] for seat in answer["seated"]] == ["ama", "bea", "carl"]
    assert answer["waiting"]["open"] == ["dina"]


def test_seated_are_in_order_of_who_and_the_waiting_in_theirs(replay):
    events = [{"at": 170 + n, "do": "apply", "who": who, "priority": n % 2 == 1} for n, who in enumerate("zyxwvuts")]
    answer = replay(ROLLING | {"events": events})
    assert [seat["who"] for seat in answer["seated"]] == ["x", "y", "z"]
    assert answer["waiting"] == {"reserved": ["w", "u", "s"], "open": ["w", "v", "u", "t", "s"]}


def test_names_in_any_script_are_answered_as_they_were(replay):
    events = [{"at": 170, "do": "apply", "who": who, "priority": True} for who in ("أمينة", "भावना", "𝒳")]
    assert {seat["who"] for seat in replay(ROLLING | {"events": events})["seated"]} == {"أمينة", "भावना", "𝒳"}
    assert replay(b"\xef\xbb\xbf" + json.dumps(ROLLING).encode()) == ANSWER


@pytest.mark.parametrize(
    ("path", "to", "place"),
    [
        *((("capacity",), to, "capacity") for to in (0, -1, 2.5, "3", True, None, [3], 10**12, float("nan"), MISSING)),
        *((("share",), to, "share") for to in (-0.01, 0.61, "0.4", True, None, float("inf"), MISSING)),
        *(((key,), to, f'"{key}"') for key in ("t0", "t1", "t2", "t3") for to in ("0", None, True, -1e300, MISSING)),
        (("t0",), 169, '"t1" is before "t0"'),
        (("t1",), 337, '"t2" is before "t1"'),
        (("t3",), 336, '"t3" is not after "t2"'),
        *((("salt",), to, "salt") for to in (5, None, "\ud800", MISSING)),
        *((("events",), to, "events") for to in ({}, None, "", 0, MISSING)),
        (("mode",), "lottery", "mode"),
        (("events", 3), "tick", "Event 4"),
        (("events", 3), None, "Event 4"),
        (("events", 3, "at"), 1.9, "Event 4.*back in time"),
        *((("events", 3, "at"), to, 'Event 4: "at"') for to in ("5", None, True, float("nan"), 1e12, MISSING)),
        *((("events", 3, "do"), to, 'Event 4: "do"') for to in ("leave", "Apply", "", None, 1, ["tick"], MISSING)),
        *((("events", 3, "who"), to, 'Event 4: "who"') for to in (5, None, ["dina"], "\udcff", MISSING)),
        *((("events", 3, "priority"), to, 'Event 4: "priority"') for to in (0, 1, "true", None, MISSING)),
        (("events", 6, "who"), MISSING, 'Event 7: "who"'),
    ],
)
def test_a_history_that_cannot_be_replayed_is_refused_whole_and_the_place_named(replay, path, to, place):
    wrong = changed(ROLLING, *path, to=to)
    with pytest.raises(CommandError, match=place) as refused:
        replay(wrong)
    assert str(refused.value).count("\n") == 0
    with pytest.raises(CommandError, match="Replay 2") as refused:
        replay([ROLLING, wrong, ROLLING])
    assert re.search(place, str(refused.value), re.IGNORECASE)


@pytest.mark.parametrize(
    ("path", "to", "place"),
    [
        *((("precedence",), to, "precedence") for to in ("best_first", None, 1, MISSING)),
        *((("applicants",), to, "applicants") for to in ({}, None, MISSING)),
        (("salt",), MISSING, "salt"),
        (("applicants", 1), "bea", "Applicant 2"),
        (("applicants", 1, "who"), "ama", 'Applicant 2: "who" was an applicant before'),
        *((("applicants", 1, "who"), to, 'Applicant 2: "who"') for to in (None, 3, MISSING)),
        *((("applicants", 1, "priority"), to, 'Applicant 2: "priority"') for to in (None, 1, MISSING)),
        *((("applicants", 1, "merit"), to, 'Applicant 2: "merit"') for to in (None, "3", True, float("nan"), 1e99)),
    ],
)
def test_a_cohort_that_cannot_be_seated_is_refused_whole_and_the_place_named(replay, path, to, place):
    with pytest.raises(CommandError, match=place):
        replay(changed(BATCH, *path, to=to))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "Line 1"),
        ("{", "Line 1"),
        (json.dumps(ROLLING, indent=1)[:-1] + "\n,}", r"Line \d\d"),
        (json.dumps(ROLLING) + "{}", "not JSON"),
        ("5", "neither an object nor a list"),
        ("null", "neither an object nor a list"),
        ("[[]]", "Replay 1"),
        (json.dumps([ROLLING, 7]), "Replay 2"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        (b'{"salt": "\xff"}', "UTF-8 at byte 11"),
        (json.dumps(ROLLING).encode("utf-16"), "UTF-8"),
        (json.dumps(ROLLING).replace('"t0": 0', '"t0": 0, "t0": 1'), '"t0" is there twice'),
        (json.dumps(ROLLING).replace('"at": 5', '"at": 5, "at": 5'), 'Event 4: "at" is there twice'),
        (json.dumps(ROLLING).replace('"share": 0.4', '"share": 1e-99'), '"share" has more than 40 places'),
        (json.dumps(ROLLING).replace('"t3": 504', '"t3": 1e99999999999999999999'), '"t3"'),
        (json.dumps(ROLLING).replace('"t3": 504', '"t3": ' + "9" * 100_000), '"t3"'),
        (json.dumps(ROLLING).replace('"capacity": 3', '"capacity": 3e999999'), '"capacity"'),
        (json.dumps(ROLLING).replace('"at": 5', '"at": -Infinity'), 'Event 4: "at"'),
    ],
)
def test_a_file_that_is_not_of_the_form_is_refused_and_the_place_named(replay, text, place):
    with pytest.raises(CommandError, match=place):
        replay(text)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("replay_seats", str(tmp_path / "gone.json"))
