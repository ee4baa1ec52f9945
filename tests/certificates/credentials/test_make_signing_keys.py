import pytest
from django.core.management import CommandError, call_command

from certificates.credentials.keys import EDDSA, load_keys, new_jwk, write_keys
from certificates.credentials.queries import known_keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(settings, tmp_path):
    settings.SIGNING_KEY_FILE = str(tmp_path / "keys.json")
    return tmp_path / "keys.json"


def make(*options: str) -> list[str]:
    call_command("make_signing_keys", *options, verbosity=0)
    return [key.name for key in known_keys()]


def test_keys_are_made_once(path):
    assert make() == make()
    assert len(load_keys(path).pairs) == 2


def test_rotating_adds_keys_that_sign_and_keeps_the_old(path):
    make()
    before = load_keys(path)
    assert len(make("--rotate")) == 4
    after = load_keys(path)
    assert after.public[:2] == before.public
    assert after.ed25519.public != before.ed25519.public
    assert after.rsa.public != before.rsa.public


def test_key_for_pdf_files_is_made_when_asked_for_and_then_rotates_too(path):
    make("--pdf")
    assert load_keys(path).p256
    make("--rotate")
    assert len(load_keys(path).pairs) == 6


def test_a_kind_that_is_lacking_is_added(path):
    write_keys(path, [new_jwk(EDDSA)])
    assert len(make()) == 2


def test_a_file_that_cannot_be_read_is_left_alone(path):
    path.write_text("{")
    path.chmod(0o600)
    with pytest.raises(CommandError, match="restore it from a backup"):
        make()
    assert path.read_text() == "{"
