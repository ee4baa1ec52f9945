import json
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from lms.access.models import BandOverride
from lms.access.rules.decisions import Review, decide, fingerprint
from lms.access.services.decisions import record_decision
from tests.factories.access import LOWER_MIDDLE, UPPER_MIDDLE, loaded
from tests.factories.accounts import ProgrammeLeadFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def replay() -> str:
    out = StringIO()
    call_command("replay_access", stdout=out)
    return out.getvalue()


def replay_errors() -> str:
    err = StringIO()
    with pytest.raises(CommandError, match="1 of 1 decisions come out differently"):
        call_command("replay_access", stderr=err)
    return err.getvalue()


def set_in_the_table(decision, **values) -> None:
    """Change a decision as only somebody with the database's password can."""
    with connection.cursor() as cursor:
        for name, value in values.items():
            cursor.execute(f"UPDATE access_decision SET {name} = %s WHERE id = %s", [value, decision.pk])


def test_i18_the_record_comes_out_the_same_whatever_was_loaded_or_overridden_since():
    override = BandOverride.objects.create(
        country="DE", band="B2", starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1), reason="A flood."
    )
    for country, attested in (("NP", ""), ("PH", "bd"), ("DE", "ace"), ("XK", "abcde")):
        person = UserFactory()
        record_decision(person, country=country, attested=attested, now=NOW)
        record_decision(
            person, country=country, attested=attested, review=Review.APPROVE, by=ProgrammeLeadFactory(), now=NOW
        )
    override.delete()
    loaded(date(2025, 7, 1), {"PH": LOWER_MIDDLE})
    loaded(date(2026, 11, 1), {"PH": UPPER_MIDDLE})
    person.delete()
    assert replay() == "All 8 decisions come out as they were recorded.\n"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tier": "P2"}, "tier is 'P2' on record, and 'P1'"),
        ({"valid_until": "2030-01-01"}, "last day is"),
        ({"country": "DE"}, "country is 'DE' on record"),
        ({"decided_at": "2026-11-01 00:00:00+00:00"}, "day is"),
        ({"inputs_sha256": "0" * 64}, "what it rested on has been changed since"),
    ],
)
def test_a_record_that_was_changed_is_found(changed, said):
    decision = record_decision(UserFactory(), country="NP", now=NOW)
    set_in_the_table(decision, **changed)
    assert f"Decision {decision.pk}: {said}" in replay_errors()


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"country": "DE"}, "country is 'NP' on record"),
        ({"terms": {"months_p1": 99}}, "terms is"),
        ({"history": None}, "cannot be read"),
        ({"review": "perhaps"}, "cannot be read"),
    ],
)
def test_inputs_that_were_changed_with_their_hash_are_found(inputs, said):
    decision = record_decision(UserFactory(), country="NP", now=NOW)
    values = decision.inputs | inputs
    set_in_the_table(decision, inputs=json.dumps(values), inputs_sha256=fingerprint(values))
    assert said in replay_errors()


def test_rules_that_decide_otherwise_than_they_did_are_found(monkeypatch):
    record_decision(UserFactory(), country="EG", attested="b", now=NOW)
    monkeypatch.setattr("lms.access.services.records.decide", lambda inputs: decide(replace(inputs, attested="")))
    assert "tier is 'P2' on record, and 'S'" in replay_errors()
