from datetime import datetime

from django.db import transaction

from certificates.designs import queries
from certificates.designs.models import CertificateDesign, DesignVersion
from lms.accounts.models import User


@transaction.atomic
def freeze_design(design: CertificateDesign, *, by: User | None, now: datetime) -> DesignVersion:
    """Freeze a design as it is now in a version, which new certificates get; if nothing has changed, return the newest.

    Certificates that were opened before keep theirs.
    """
    CertificateDesign.objects.select_for_update().get(pk=design.pk)  # one save after the other
    newest, facts = queries.newest_version(design), queries.facts_of(design)
    if newest and newest.facts == facts:
        return newest
    return DesignVersion.objects.create(design=design, facts=facts, saved_at=now, saved_by=by)
