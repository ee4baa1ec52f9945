from certificates.credentials.keys import PublicKey
from certificates.credentials.models import SigningKey, StatusList


def known_keys() -> list[PublicKey]:
    """Return the public half of every key that ever signed, the oldest first; one query."""
    return [key.public for key in SigningKey.objects.all()]


def is_published(number: int) -> bool:
    """Say whether a status list of this number can be fetched."""
    return StatusList.objects.filter(number=number).exclude(document="").exists()
