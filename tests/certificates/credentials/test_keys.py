import json

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from certificates.credentials.errors import KeysUnusable
from certificates.credentials.keys import EDDSA, RS256, PublicKey, load_keys, new_jwk, write_keys


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.json"


@pytest.fixture(scope="module")
def jwks():
    return [new_jwk(EDDSA), new_jwk(RS256)]


def test_keys_come_back_as_they_were_written_and_only_their_owner_can_read_them(path, jwks):
    write_keys(path, jwks)
    assert [key.jwk["kty"] for key in load_keys(path).public] == ["OKP", "RSA"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_last_key_of_a_kind_signs(path, jwks):
    newer = new_jwk(EDDSA)
    write_keys(path, [jwks[0], newer, jwks[1]])
    assert load_keys(path).ed25519.public == PublicKey.from_jwk(newer)


def test_a_changed_file_is_read_again(path, jwks):
    write_keys(path, jwks)
    assert len(load_keys(path).pairs) == 2
    write_keys(path, [*jwks, new_jwk(EDDSA)])
    assert len(load_keys(path).pairs) == 3


def test_missing_keys_say_how_to_make_them(path):
    with pytest.raises(KeysUnusable, match="make_signing_keys"):
        load_keys(path)


@pytest.mark.parametrize("mode", [0o604, 0o622, 0o644])
def test_keys_that_others_can_read_or_change_are_refused(path, jwks, mode):
    write_keys(path, jwks)
    path.chmod(mode)
    with pytest.raises(KeysUnusable, match=f"chmod 600 {path}"):
        load_keys(path)


def test_a_group_may_read_the_keys_as_secrets_are_often_mounted(path, jwks):
    write_keys(path, jwks)
    path.chmod(0o440)
    assert load_keys(path)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"keys": 1}', '{"keys": [1]}', '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}']
)
def test_what_are_no_keys_is_refused_in_one_sentence(path, text):
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeysUnusable, match="not a set of keys"):
        load_keys(path)


def test_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(KeysUnusable, match="not a file"):
        load_keys(tmp_path)


def test_halves_that_do_not_belong_together_are_refused_and_no_secret_is_told(path, jwks):
    mixed = {**jwks[0], "x": new_jwk(EDDSA)["x"]}
    write_keys(path, [mixed, jwks[1]])
    with pytest.raises(KeysUnusable) as refused:
        load_keys(path)
    assert mixed["d"] not in str(refused.value)


def test_a_public_half_alone_cannot_sign(path, jwks):
    write_keys(path, [{name: value for name, value in jwks[0].items() if name != "d"}, jwks[1]])
    with pytest.raises(KeysUnusable, match="not a set of keys"):
        load_keys(path)


def test_a_short_rsa_key_is_refused(path, jwks):
    short = RSAAlgorithm.to_jwk(rsa.generate_private_key(public_exponent=65_537, key_size=1024), as_dict=True)
    write_keys(path, [jwks[0], short])
    with pytest.raises(KeysUnusable, match="not a set of keys"):
        load_keys(path)


def test_a_kind_that_is_lacking_is_named(path, jwks):
    write_keys(path, jwks[:1])
    with pytest.raises(KeysUnusable, match="no RSA key") as refused:
        load_keys(path)
    assert refused.value.is_incomplete


def test_keys_that_cannot_be_written_are_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysUnusable, match="cannot be written"):
        write_keys(tmp_path / "file" / "keys.json", [])


def test_thumbprint_is_the_one_of_its_specification():
    # Source: RFC 8037, appendix A.3.
    key = PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    assert key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_multibase_is_the_one_of_its_specification():
    # Source: W3C Data Integrity EdDSA Cryptosuites 1.0, appendix B.1.
    key = PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": "_eT7oDCtAC98L31MMx9J0T-w7HR-zuvsY08f9MvKne8"})
    assert key.multibase.startswith("z6Mk")
    assert len(key.raw) == 32


def test_private_members_never_reach_the_public_half(jwks):
    for jwk in jwks:
        assert not {"d", "p", "q"} & set(json.loads(json.dumps(dict(PublicKey.from_jwk(jwk).jwk))))
