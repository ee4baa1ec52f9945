"""A signature on the PDF itself (PAdES B-B), for readers that look for one. Needs the extra `pades`: nothing else imports this."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from io import BytesIO

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner
from pyhanko.sign.signers.functions import sign_pdf as add_signature
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.credentials.chains import Chain
from certificates.credentials.keys import KeyPair


class _LoadedKeySigner(SimpleSigner):
    """Signs with the key as it is in memory; the one of the library parses and checks it for each file."""

    loaded: EllipticCurvePrivateKey

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        return self.loaded.sign(data, ECDSA(hashes.SHA256()))


def sign_pdf(pdf: bytes, pair: KeyPair, chain: Chain, *, name: str) -> bytes:
    """Return the file with a signature that shows nothing on its page; a second call gives other bytes.

    name: who signs, as readers of PDF files show it.
    """
    out = BytesIO()
    metadata = PdfSignatureMetadata(
        field_name="Signature", name=name, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    with ThreadPoolExecutor(1) as thread:  # it starts an event loop, which a thread that runs one already refuses
        thread.submit(add_signature, writer, metadata, _signer(pair.private, chain), output=out).result()
    return out.getvalue()


@lru_cache(maxsize=2)
def _signer(private: EllipticCurvePrivateKey, chain: Chain) -> _LoadedKeySigner:
    certificates = [x509.Certificate.load(der) for der in chain.der]
    store = SimpleCertificateStore()
    store.register_multiple(certificates)
    info = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = _LoadedKeySigner(certificates[0], keys.PrivateKeyInfo.load(info), store)
    signer.loaded = private
    return signer
