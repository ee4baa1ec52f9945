import json
from datetime import UTC, datetime, timedelta

import pytest

from certificates.credentials.errors import KeysUnusable
from certificates.credentials.keys import EDDSA, RS256, SigningKeys
from certificates.credentials.models import SigningKey, StatusList
from certificates.credentials.proofs import verify_credential
from certificates.credentials.queries import known_keys
from certificates.credentials.services import publish_status_list, signing_keys
from certificates.credentials.status import is_ended
from tests.factories.credentials import new_key_pair

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 12, 9, 1, tzinfo=UTC)


def test_public_halves_are_on_record_before_anything_is_signed():
    keys = signing_keys(now=NOW)
    assert {key.name for key in known_keys()} == {key.name for key in keys.public}
    signing_keys(now=NOW + timedelta(days=1))
    assert SigningKey.objects.count() == len(keys.pairs)


def test_public_halves_stay_when_the_file_is_gone(settings, tmp_path):
    known = signing_keys(now=NOW).public
    settings.SIGNING_KEY_FILE = str(tmp_path / "none.json")
    with pytest.raises(KeysUnusable):
        signing_keys(now=NOW)
    assert {key.name for key in known_keys()} == {key.name for key in known}


def test_list_is_signed_and_flips(signing_keys):
    assert publish_status_list(0, list, keys=signing_keys, now=NOW)
    assert publish_status_list(0, lambda: [7], keys=signing_keys, now=NOW)
    document = json.loads(StatusList.objects.get().document)
    assert verify_credential(document, signing_keys.public)
    assert is_ended(document, 7)
    assert not is_ended(document, 8)


def test_list_that_would_say_the_same_is_not_signed_again(signing_keys):
    assert publish_status_list(0, lambda: [7], keys=signing_keys, now=NOW)
    assert not publish_status_list(0, lambda: [7], keys=signing_keys, now=NOW + timedelta(days=1))
    assert StatusList.objects.get().signed_at == NOW


def test_list_is_signed_anew_by_a_new_key(signing_keys):
    assert publish_status_list(0, lambda: [7], keys=signing_keys, now=NOW)
    rotated = SigningKeys(signing_keys.pairs + tuple(new_key_pair(algorithm) for algorithm in (EDDSA, RS256)))
    assert publish_status_list(0, lambda: [7], keys=rotated, now=NOW + timedelta(days=1))
    assert verify_credential(json.loads(StatusList.objects.get().document), rotated.public) == rotated.ed25519.public


def test_list_is_signed_anew_under_a_new_address_and_stays_under_the_old_where_that_is_kept(signing_keys, settings):
    settings.CERTIFICATE_ISSUER_URL = "https://old.example"
    assert publish_status_list(0, lambda: [7], keys=signing_keys, now=NOW)
    settings.SITE_URL = "https://new.example"
    assert not publish_status_list(0, lambda: [7], keys=signing_keys, now=NOW)
    settings.CERTIFICATE_ISSUER_URL = "https://new.example"
    assert publish_status_list(0, lambda: [7], keys=signing_keys, now=NOW)
    assert json.loads(StatusList.objects.get().document)["id"] == "https://new.example/certificates/status/0.json"
