"""What a provider is told of somebody, to give back: by it their registration is found, and nobody can make one up."""

from django.core.signing import BadSignature, Signer

_signer = Signer(sep=".", salt="courses.webinars.references")


def reference_to(registration_id: int) -> str:
    return _signer.sign(str(registration_id))


def reference_to_host(person_id: int) -> str:
    return _signer.sign(f"host-{person_id}")


def is_of_host(reference: str) -> bool:
    """Say whether a reference is to somebody who came in as a host, whose presence nobody counts."""
    try:
        return _signer.unsign(reference).startswith("host-")
    except BadSignature:
        return False


def registration_in(reference: str) -> int | None:
    """Return the registration that a reference is to; None if it is none of ours."""
    try:
        return int(_signer.unsign(reference))
    except (BadSignature, ValueError):
        return None
