"""The keys that sign: read from a JWK set (RFC 7517) in a file that only workers and commands open."""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.exceptions import PyJWTError

from certificates.credentials.errors import KeysUnusable
from certificates.credentials.multibase import from_base64url, to_base58, to_base64url

EDDSA = "EdDSA"  # signs credentials (eddsa-rdfc-2022), statements and status lists
RS256 = "RS256"  # signs tokens. Source: Open Badges 3.0, the one algorithm that all must support
ES256 = "ES256"  # signs PDF files
LEAST_RSA_BITS = 2048
LARGEST_FILE = 1_000_000

_OKP_ED25519 = {"kty": "OKP", "crv": "Ed25519"}
_EC_P256 = {"kty": "EC", "crv": "P-256"}
# Source: RFC 7638 (JWK Thumbprint) and RFC 8037: what makes a key itself, and no more.
_ESSENTIAL = {EDDSA: ("crv", "kty", "x"), RS256: ("e", "kty", "n"), ES256: ("crv", "kty", "x", "y")}


@dataclass(frozen=True)
class PublicKey:
    """The half of a key that anybody may have. jwk: only the members that make it itself."""

    algorithm: str
    jwk: Mapping[str, str]

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> "PublicKey":
        """Return the public half of a JWK, private or not. Raises ValueError for a kind that we do not use."""
        algorithm = _algorithm_of(jwk)
        return cls(algorithm, {member: jwk[member] for member in _ESSENTIAL[algorithm]})

    @cached_property
    def thumbprint(self) -> str:
        text = json.dumps(dict(sorted(self.jwk.items())), separators=(",", ":"))
        return to_base64url(hashlib.sha256(text.encode()).digest())

    @cached_property
    def name(self) -> str:
        """What the key is called in addresses: its multibase form if it has one here, else its thumbprint."""
        return self.multibase if self.algorithm == EDDSA else self.thumbprint

    @cached_property
    def raw(self) -> bytes:
        """The 32 bytes of an Ed25519 key."""
        return from_base64url(self.jwk["x"])

    @cached_property
    def multibase(self) -> str:
        # Source: W3C Controlled Identifiers 1.0, Multikey: ed25519-pub is 0xed 0x01, then the key, as base58.
        return "z" + to_base58(b"\xed\x01" + self.raw)

    @cached_property
    def short_id(self) -> str:
        """Six characters that tell a few keys apart where room is scarce, as in a statement."""
        return to_base64url(hashlib.sha256(self.raw).digest())[:6]

    @cached_property
    def verifier(self) -> Any:
        """The key as the cryptography library uses it."""
        return PyJWK.from_dict(dict(self.jwk), algorithm=self.algorithm).key


@dataclass(frozen=True)
class KeyPair:
    public: PublicKey
    private: Any


@dataclass(frozen=True)
class SigningKeys:
    """All keys of the file, and of each kind the one that signs: the last of it, since a new one is added at the end."""

    pairs: tuple[KeyPair, ...]

    @cached_property
    def ed25519(self) -> KeyPair:
        return self._newest(EDDSA)

    @cached_property
    def rsa(self) -> KeyPair:
        return self._newest(RS256)

    @cached_property
    def p256(self) -> KeyPair | None:
        return next((pair for pair in reversed(self.pairs) if pair.public.algorithm == ES256), None)

    @property
    def public(self) -> tuple[PublicKey, ...]:
        return tuple(pair.public for pair in self.pairs)

    def _newest(self, algorithm: str) -> KeyPair:
        return next(pair for pair in reversed(self.pairs) if pair.public.algorithm == algorithm)


def load_keys(path: Path) -> SigningKeys:
    """Return the keys of a file, read again only when it has changed. Raises KeysUnusable."""
    try:
        status = path.stat()
    except OSError as error:
        raise KeysUnusable(_unreadable(path, error)) from error
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_FILE:
        raise KeysUnusable(f"{path} is not a file of signing keys.")
    if status.st_mode & 0o027:
        raise KeysUnusable(f"{path} may be read or changed by others on this machine: run `chmod 600 {path}`.")
    return _read(path, (status.st_mtime_ns, status.st_ino, status.st_size))


@lru_cache(maxsize=4)
def _read(path: Path, version: tuple[int, ...]) -> SigningKeys:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise KeysUnusable(_unreadable(path, error)) from error
    try:
        pairs = tuple(_pair(jwk) for jwk in json.loads(text)["keys"])
    except (PyJWTError, ValueError, KeyError, TypeError, AttributeError) as error:
        # Never the error's own text: it could hold a part of a private key.
        raise KeysUnusable(f"{path} is not a set of keys that we can sign with: restore it from a backup.") from error
    for algorithm, name in ((EDDSA, "Ed25519"), (RS256, "RSA")):
        if not any(pair.public.algorithm == algorithm for pair in pairs):
            what_to_do = "run `manage.py make_signing_keys`, which adds what is missing"
            raise KeysUnusable(f"{path} has no {name} key: {what_to_do}.", is_incomplete=True)
    return SigningKeys(pairs)


def new_jwk(algorithm: str) -> dict[str, str]:
    """Return a new private key."""
    if algorithm == EDDSA:
        jwk = OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate(), as_dict=True)
    elif algorithm == RS256:
        jwk = RSAAlgorithm.to_jwk(
            rsa.generate_private_key(public_exponent=65_537, key_size=LEAST_RSA_BITS), as_dict=True
        )
    else:
        jwk = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True)
    members = {name: value for name, value in jwk.items() if isinstance(value, str)}
    return {**members, "alg": algorithm, "kid": PublicKey.from_jwk(jwk).thumbprint}


def write_keys(path: Path, jwks: list[dict[str, str]]) -> None:
    """Replace the file whole: a stop in the middle leaves the old one. Raises KeysUnusable."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"keys": jwks}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise KeysUnusable(f"{path} cannot be written: {error.strerror}.") from error


def _pair(jwk: dict[str, str]) -> KeyPair:
    public = PublicKey.from_jwk(jwk)
    if "d" not in jwk:
        raise ValueError("a key without its private half")
    private = PyJWK.from_dict(jwk, algorithm=public.algorithm).key
    if public.algorithm == RS256 and private.key_size < LEAST_RSA_BITS:
        raise ValueError("an RSA key too short to sign with")
    return KeyPair(public, private)


def _algorithm_of(jwk: Mapping[str, Any]) -> str:
    if jwk.get("kty") == "RSA":
        return RS256
    for algorithm, kind in ((EDDSA, _OKP_ED25519), (ES256, _EC_P256)):
        if kind.items() <= jwk.items():
            return algorithm
    raise ValueError("a kind of key that we do not use")


def _unreadable(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"There are no signing keys at {path}: run `manage.py make_signing_keys`, or restore them from a backup."
    return f"The signing keys at {path} cannot be read: {error.strerror}."
