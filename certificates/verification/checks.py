"""What can be asked of an issued certificate besides the register, as anybody could ask it without us."""

import json
import logging
from dataclasses import dataclass

from certificates.credentials.badges import StatusPosition
from certificates.credentials.errors import NotGenuine
from certificates.credentials.models import StatusList
from certificates.credentials.proofs import verify_credential
from certificates.credentials.queries import known_keys
from certificates.credentials.status import is_ended
from certificates.issuing.models import Certificate, Credential

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checks:
    """What was found; False too where there is nothing to ask yet.

    is_signed: its credential carries our signature, and that holds. is_off_list: the published list of what is no longer
    valid, of this number, does not name it.
    """

    is_signed: bool
    is_off_list: bool
    list_number: int


def check(certificate: Certificate) -> Checks:
    """Check the credential of a certificate and its bit on the published list; three queries.

    What does not hold of a certificate that the register calls valid is a fault of ours, and is logged as one.
    """
    position = StatusPosition(certificate.status_position)
    return Checks(_is_signed(certificate), _is_off_list(certificate, position), position.list_number)


def _is_signed(certificate: Certificate) -> bool:
    credential = Credential.objects.filter(certificate=certificate).first()
    if credential is None:
        return False
    try:
        verify_credential(json.loads(credential.document), known_keys())
    except (NotGenuine, ValueError):
        logger.exception("The credential of certificate %s does not verify", certificate.pk)
        return False
    return True


def _is_off_list(certificate: Certificate, position: StatusPosition) -> bool:
    published = StatusList.objects.filter(number=position.list_number).exclude(document="").first()
    if published is None:
        return False
    if is_ended(json.loads(published.document), position.index):
        logger.error("Certificate %s is valid, but its status list says that it ended", certificate.pk)
        return False
    return True
