"""The X.509 certificate that says whose the key for PDF files is, and those that vouch for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from certificates.credentials.errors import KeysUnusable
from certificates.credentials.keys import KeyPair, SigningKeys

YEARS = 20


@dataclass(frozen=True)
class Chain:
    """der: the signer's certificate first, then those that vouch for it."""

    der: tuple[bytes, ...]


def load_chain(path: Path, keys: SigningKeys) -> Chain:
    """Return the certificates of a PEM file, if the first is of the P-256 key that signs. Raises KeysUnusable."""
    try:
        chain, its_key = _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise KeysUnusable(f"The X.509 certificate at {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise KeysUnusable(f"{path} holds no X.509 certificate in PEM form.") from error
    if keys.p256 is None:
        raise KeysUnusable(
            "PDF files are to be signed, and there is no key for that: `manage.py make_signing_keys --pdf`."
        )
    if its_key != _subject_key(keys.p256.private.public_key()):
        raise KeysUnusable(f"The X.509 certificate at {path} is not of the newest P-256 key.")
    return chain


def self_signed(pair: KeyPair, *, name: str, now: datetime) -> bytes:
    """Return an X.509 certificate of the key by the key itself, as PEM; readers say that they do not know who it is."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    usage = {"data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"}
    builder = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=subject)
        .public_key(pair.private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_encipherment=False, **dict.fromkeys(usage, False)
            ),
            critical=True,
        )
    )
    return builder.sign(pair.private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def certificate_request(pair: KeyPair, *, name: str) -> bytes:
    """Return what an authority is asked with for a certificate of the key, as PEM."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    request = x509.CertificateSigningRequestBuilder(subject_name=subject).sign(pair.private, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM)


@lru_cache(maxsize=2)
def _read(path: Path, changed_at: int) -> tuple[Chain, bytes]:
    certificates = x509.load_pem_x509_certificates(path.read_bytes())
    der = tuple(certificate.public_bytes(serialization.Encoding.DER) for certificate in certificates)
    return Chain(der), _subject_key(certificates[0].public_key())


def _subject_key(key) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
