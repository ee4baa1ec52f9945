from datetime import UTC, date, datetime

import factory
from django.core.files.storage import storages
from pypdf import PdfReader

from certificates.award import Award
from certificates.issuing.models import Certificate
from certificates.issuing.rules import make_serial
from certificates.issuing.services import open_certificate, render_certificate
from tests.factories.progress import CompletionFactory

NOW = datetime(2026, 1, 12, 9, 1, tzinfo=UTC)


class AwardFactory(factory.Factory):
    """An award of achievement for a course of six lessons in English."""

    class Meta:
        model = Award

    name = "Learner Example"
    course_title = "Reading a genome report"
    course_version = "1.0"
    format = "self-paced"
    language = "en"
    completed_on = date(2026, 1, 12)
    issued_on = date(2026, 1, 12)
    minutes = 90
    lessons = 6
    lesson_minutes = (20, 12, 10, 12, 8, 5)
    result = "achievement"
    score_percent = 92
    pass_mark_percent = 70
    issuer = "Genomed"
    signatory = ""
    serial = factory.LazyFunction(make_serial)
    verification_url = factory.LazyAttribute(lambda award: f"https://genomed.example/v/{award.serial}")


def waiting_certificate(*, now: datetime = NOW, **enrolment) -> Certificate:
    """Return a waiting certificate of somebody new; keywords are those of the enrolment, such as `learner`."""
    completion = CompletionFactory(**{f"enrolment__{name}": value for name, value in enrolment.items()})
    return open_certificate(completion.pk, now=now)


def issued_certificate(*, now: datetime = NOW, **enrolment) -> Certificate:
    """Return an issued certificate of somebody new, with its file."""
    certificate = waiting_certificate(now=now, **enrolment)
    assert render_certificate(certificate.pk, now=now)
    certificate.refresh_from_db()
    return certificate


def text_of(certificate: Certificate) -> str:
    """Return the text of the file of an issued certificate."""
    with storages["private"].open(certificate.file_name) as file:
        return PdfReader(file).pages[0].extract_text()
