from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from certificates.issuing.services.making import mark_issued
from certificates.issuing.services.opening import open_certificate
from courses.enrolment.models import Contract, Enrolment
from lms.accounts.models import User
from lms.dashboards.exports.models import Export
from tests.factories.accounts import ProgrammeLeadFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.progress import CompletionFactory

JANUARY = datetime(2026, 1, 12, 9, tzinfo=UTC)
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)


class ExportFactory(DjangoModelFactory):
    """What a programme lead asked for and nobody has made yet."""

    class Meta:
        model = Export

    asked_by = factory.SubFactory(ProgrammeLeadFactory)
    asked_at = NOW


def ready_export(person: User, **fields: Any) -> Export:
    """Return an export of a person’s whose file has two lines."""
    now = timezone.now()
    facts = {"ready_at": now, "expires_at": now + timedelta(days=7), "rows_total": 1, "file_sha256": "0" * 64, **fields}
    name = storages["private"].save("exports/one.csv", ContentFile(b"\xef\xbb\xbfCourse,\r\nGenes,\r\n"))
    return ExportFactory(asked_by=person, state=Export.State.READY, file_name=name, file_bytes=20, **facts)


@transaction.atomic
def learners_in(
    contract: Contract, country: str, number: int, *, completed: int = 0, certified: int = 0, at: datetime = JANUARY
) -> list[Enrolment]:
    """Have so many people of a country enrol in a course; the first of them complete it, and have their certificates."""
    enrolments = EnrolmentFactory.create_batch(
        number, course=contract.course, contract=contract, country=country, enrolled_at=at
    )
    for place, enrolment in enumerate(enrolments[:completed]):
        completion = CompletionFactory(enrolment=enrolment, completed_at=NOW, days=(NOW - at).days)
        if place < certified:
            mark_issued(open_certificate(completion.pk, now=NOW), sha256="0" * 64, size=1, at=NOW)
    return enrolments
