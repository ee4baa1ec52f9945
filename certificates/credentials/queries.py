from certificates.credentials.keys import PublicKey
from certificates.credentials.models import SigningKey


def known_keys() -> list[PublicKey]:
    """Return the public half of every key that ever signed, the oldest first; one query."""
    return [key.public for key in SigningKey.objects.all()]
