"""kill -9 while certificates wait, with real processes: a worker, a broker, a mail server, the database."""

import os
import signal
import time

import pytest
import redis
from django.utils import timezone
from kombu import Connection

from certificates.issuing.models import Certificate
from certificates.issuing.services import open_certificate
from certificates.issuing.tasks import issue_missing_certificates, render_certificate
from lms.lib.brokers import broker_options
from lms.mail.models import OutgoingMail
from lms.mail.tasks import send_waiting_mail
from tests.factories.enrolment import ContractFactory, EnrolmentFactory
from tests.factories.progress import CompletionFactory
from tests.services import celery_worker, wait_until

COUNT = 50


@pytest.fixture(params=["filesystem", "redis"])
def broker_url(request, tmp_path) -> str:
    if request.param == "filesystem":
        return f"filesystem://{tmp_path}/broker"
    server = request.getfixturevalue("redis_url").rpartition("/")[0]
    url = f"{server}/{1 + os.getpid() % 15}"  # several test processes share the server
    redis.Redis.from_url(url).flushdb()
    return url


def issued() -> int:
    return Certificate.objects.issued().count()


def test_after_kill_9_each_waiting_certificate_is_issued_once_and_mailed_once(
    process_environment, broker_url, mail_server, tmp_path
):
    received, port = mail_server
    contract = ContractFactory(lesson_minutes=[20, 10, 15], quiz_ids=[1])
    completions = [
        CompletionFactory(enrolment=EnrolmentFactory(contract=contract, course=contract.course)) for _ in range(COUNT)
    ]
    environment = {
        **process_environment,
        "VAR_DIR": str(tmp_path),
        "BROKER_URL": broker_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "CERTIFICATE_LEASE_SECONDS": "2",
        "MAIL_LEASE_SECONDS": "2",
    }
    address, options = broker_options(broker_url)
    with Connection(address, transport_options=options) as connection:
        for completion in completions:
            certificate = open_certificate(completion.pk, now=timezone.now())
            render_certificate.apply_async([certificate.pk], connection=connection)
        with celery_worker(environment) as worker:
            wait_until(lambda: issued() >= 5, seconds=60, what="The first certificates", process=worker)
            os.killpg(worker.pid, signal.SIGKILL)
        assert issued() < COUNT
        with celery_worker(environment):
            rung = time.monotonic()

            def all_is_done() -> bool:
                nonlocal rung
                if time.monotonic() > rung + 2:  # what Celery beat does each minute, only sooner
                    rung = time.monotonic()
                    issue_missing_certificates.apply_async(connection=connection)
                    send_waiting_mail.apply_async(connection=connection)
                return issued() == COUNT and OutgoingMail.objects.exclude(sent_at=None).count() == COUNT

            wait_until(all_is_done, seconds=90, what="The second worker's work")
    assert Certificate.objects.count() == COUNT
    assert OutgoingMail.objects.count() == COUNT
    assert len(received.received) == COUNT
    files = [path for path in (tmp_path / "private").rglob("*") if path.is_file()]
    assert {path.stem for path in files if path.suffix == ".pdf"} == set(
        Certificate.objects.values_list("file_sha256", flat=True)
    )
