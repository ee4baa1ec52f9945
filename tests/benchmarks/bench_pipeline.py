"""From completions to certificates that are issued, signed and stored, their mails written: two real workers, Redis."""

import time

import pytest
from django.db import connection, transaction
from django.utils import timezone
from kombu import Connection

from certificates.issuing.models import Certificate
from certificates.issuing.services import open_certificate
from certificates.issuing.tasks import render_certificate
from lms.lib.brokers import broker_options
from lms.mail.models import OutgoingMail
from tests.factories.enrolment import ContractFactory, EnrolmentFactory
from tests.factories.progress import CompletionFactory
from tests.services import celery_worker, wait_until

COUNT = 600
WARM = 20  # before the clock starts: both workers have read their fonts and contexts


def test_certificates_issued_per_second_by_two_workers(process_environment, redis_url, tmp_path, record_figure):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    contract = ContractFactory(lesson_minutes=[20, 10, 15], quiz_ids=[1])
    with transaction.atomic():
        completions = [
            CompletionFactory(enrolment=EnrolmentFactory(contract=contract, course=contract.course)).pk
            for _ in range(COUNT + WARM)
        ]
    environment = {
        **process_environment,
        "VAR_DIR": str(tmp_path),
        "BROKER_URL": redis_url,
        "EMAIL_URL": "dummymail://",
    }
    address, options = broker_options(redis_url)

    def issue(some: list[int], broker: Connection) -> None:
        for completion_id in some:
            certificate = open_certificate(completion_id, now=timezone.now())
            render_certificate.apply_async([certificate.pk], connection=broker)

    with (
        Connection(address, transport_options=options) as broker,
        celery_worker(environment, "--hostname=1@%h"),
        celery_worker(environment, "--hostname=2@%h"),
    ):
        issue(completions[:WARM], broker)
        wait_until(lambda: Certificate.objects.issued().count() == WARM, seconds=120, what="Both workers")
        began = time.perf_counter()
        issue(completions[WARM:], broker)
        wait_until(
            lambda: Certificate.objects.issued().count() == COUNT + WARM, seconds=300, what="The last certificate"
        )
        took = time.perf_counter() - began
    assert OutgoingMail.objects.count() == COUNT + WARM
    record_figure("completion to issued certificate, two workers", COUNT / took, "per second", limit=25)
