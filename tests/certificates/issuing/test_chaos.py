"""A thousand completions while everything that can die does: workers, the broker and its messages, with real processes."""

import hashlib
import os
import signal
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from operator import itemgetter

import pytest
import redis
from django.db import transaction
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import OperationalError

from certificates.issuing.models import Certificate
from certificates.issuing.services import open_certificate
from certificates.issuing.services.making import MAX_ATTEMPTS
from certificates.issuing.tasks import issue_missing_certificates, render_certificate
from lms.lib.brokers import broker_options
from lms.mail.models import OutgoingMail
from lms.mail.tasks import send_waiting_mail
from lms.measures.models import Milestone, MilestoneDelta
from tests.factories.enrolment import ContractFactory, EnrolmentFactory
from tests.factories.progress import CompletionFactory
from tests.services import ServiceMissing, celery_worker, free_port, redis_process, wait_until

pytestmark = pytest.mark.postgres

COUNT = 1000
KILLS = (60, 200, 400, 600, 800)  # a worker is killed each time when so many are issued
EMPTIED_AT, RESTARTED_AT = 300, 500  # the broker loses its messages; Redis itself is killed and begins anew
SECONDS = 300


class Bells:
    """Rings for the workers as the site does, also while there is no broker to ring with."""

    def __init__(self, url: str) -> None:
        address, options = broker_options(url)
        self._connection = Connection(address, transport_options={**options, "max_retries": 0})
        self._rung_at = 0.0

    def ring(self, task: Callable, *arguments: object) -> None:
        try:
            with self._connection.clone() as connection:
                task.apply_async(arguments, connection=connection, retry=False)
        except (OperationalError, redis.exceptions.ConnectionError):
            pass  # as a site would: the row is there, and the sweep finds it

    def ring_for_sweeps(self) -> None:
        """Ring for what Celery beat rings for each minute, only sooner."""
        if time.monotonic() > self._rung_at + 2:
            self._rung_at = time.monotonic()
            self.ring(issue_missing_certificates)
            self.ring(send_waiting_mail)


def test_a_thousand_completions_get_a_certificate_and_a_mail_each(process_environment, mail_server, tmp_path):
    received, smtp_port = mail_server
    redis_port = free_port()
    environment = {
        **process_environment,
        "VAR_DIR": str(tmp_path),
        "BROKER_URL": f"redis://127.0.0.1:{redis_port}/0",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "CERTIFICATE_LEASE_SECONDS": "5",
        "MAIL_LEASE_SECONDS": "5",
    }
    contract = ContractFactory(lesson_minutes=[20, 10, 15], quiz_ids=[1])
    with transaction.atomic():
        completions = [
            CompletionFactory(enrolment=EnrolmentFactory(contract=contract, course=contract.course)).pk
            for _ in range(COUNT)
        ]
    bells = Bells(environment["BROKER_URL"])
    with ExitStack() as house:
        broker = house.enter_context(ExitStack())
        try:
            broker.enter_context(redis_process(redis_port))
        except ServiceMissing as missing:
            pytest.skip(str(missing))
        workers = [house.enter_context(celery_worker(environment, f"--hostname={n}@%h")) for n in range(2)]
        numbers = count(2)

        def kill_a_worker() -> None:
            os.killpg(workers.pop(0).pid, signal.SIGKILL)
            workers.append(house.enter_context(celery_worker(environment, f"--hostname={next(numbers)}@%h")))

        def empty_the_broker() -> None:
            redis.Redis(port=redis_port).flushall()

        def restart_redis() -> None:
            broker.close()
            broker.enter_context(redis_process(redis_port))

        troubles = deque(
            sorted(
                [*((at, kill_a_worker) for at in KILLS), (EMPTIED_AT, empty_the_broker), (RESTARTED_AT, restart_redis)],
                key=itemgetter(0),
            )
        )
        to_come = deque(completions)

        def all_is_done() -> bool:
            for position in range(min(20, len(to_come))):
                certificate_id = open_certificate(to_come.popleft(), now=timezone.now()).pk
                if position % 4:  # of every fourth the message is lost, of all others it comes twice
                    bells.ring(render_certificate, certificate_id)
                    bells.ring(render_certificate, certificate_id)
            bells.ring_for_sweeps()
            done = Certificate.objects.issued().count()
            if troubles and done >= troubles[0][0]:
                assert done < COUNT
                troubles.popleft()[1]()
            return done == COUNT and OutgoingMail.objects.exclude(sent_at=None).count() == COUNT

        wait_until(all_is_done, seconds=SECONDS, what="The work of all workers")
    assert not troubles
    certificates = Certificate.objects.all()
    assert certificates.count() == len({one.completion_id for one in certificates}) == COUNT
    assert OutgoingMail.objects.count() == len(received.received) == COUNT
    assert MilestoneDelta.objects.filter(milestone=Milestone.CERTIFIED).count() == COUNT
    assert max(one.attempts for one in certificates) <= MAX_ATTEMPTS
    for certificate in certificates:
        file = tmp_path / "private" / certificate.file_name
        assert hashlib.sha256(file.read_bytes()).hexdigest() == certificate.file_sha256
