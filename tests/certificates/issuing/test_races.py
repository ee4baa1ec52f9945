"""What only real transactions side by side can show."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection

from certificates.credentials.models import StatusList
from certificates.credentials.services import publish_status_list
from certificates.credentials.status import is_ended
from certificates.issuing.errors import NotInForce
from certificates.issuing.models import Certificate
from certificates.issuing.services import (
    issue_missing_certificates,
    open_certificate,
    reissue_certificate,
    render_certificate,
)
from lms.mail.models import OutgoingMail
from lms.measures.models import Milestone, MilestoneDelta
from tests.factories.accounts import UserFactory
from tests.factories.issuing import NOW, issued_certificate
from tests.factories.progress import CompletionFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 8


def side_by_side(act):
    """Run `act` in several threads that begin together; return what each answered."""
    start = Barrier(WORKERS)

    def run(_number):
        try:
            start.wait(timeout=20)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as threads:
        return list(threads.map(run, range(WORKERS)))


def test_a_completion_opened_by_many_at_once_has_one_certificate():
    completion = CompletionFactory()
    opened = side_by_side(lambda: open_certificate(completion.pk, now=NOW))
    assert {certificate.pk for certificate in opened} == {Certificate.objects.get().pk}


def test_a_task_that_runs_many_times_at_once_issues_once():
    certificate = open_certificate(CompletionFactory().pk, now=NOW)
    answers = side_by_side(lambda: render_certificate(certificate.pk, now=NOW))
    assert sorted(answers) == [False] * (WORKERS - 1) + [True]
    assert OutgoingMail.objects.count() == 1
    assert MilestoneDelta.objects.filter(milestone=Milestone.CERTIFIED).count() == 1


def test_sweeps_that_run_at_once_issue_each_certificate_once():
    for _ in range(12):
        CompletionFactory()
    answers = side_by_side(lambda: issue_missing_certificates(now=NOW))
    assert sum(answers) == 12
    assert Certificate.objects.issued().count() == OutgoingMail.objects.count() == 12


def test_one_certificate_is_replaced_once_however_many_ask_at_once():
    old, staff = issued_certificate(), UserFactory()

    def ask() -> bool:
        try:
            reissue_certificate(Certificate.objects.get(pk=old.pk), by=staff, now=NOW)
        except NotInForce:
            return False
        return True

    assert sorted(side_by_side(ask)) == [False] * (WORKERS - 1) + [True]
    assert Certificate.objects.filter(replaces=old).count() == 1


def test_certificates_opened_at_once_draw_places_of_their_own():
    completions = iter([CompletionFactory().pk for _ in range(WORKERS)])
    opened = side_by_side(lambda: open_certificate(next(completions), now=NOW))
    assert len({certificate.status_position for certificate in opened}) == WORKERS


def test_a_slow_worker_does_not_put_an_older_list_over_a_newer_one(signing_keys):
    publish_status_list(0, list, keys=signing_keys, now=NOW)
    ended, has_read = [1], Event()

    def read_slowly():
        read = list(ended)
        has_read.set()
        time.sleep(1)
        return read

    def publish_more():
        has_read.wait(timeout=20)
        ended.append(2)
        publish_status_list(0, lambda: list(ended), keys=signing_keys, now=NOW)
        connection.close()

    with ThreadPoolExecutor(1) as other:
        faster = other.submit(publish_more)
        publish_status_list(0, read_slowly, keys=signing_keys, now=NOW)
        faster.result(timeout=20)
    document = json.loads(StatusList.objects.get().document)
    assert [is_ended(document, index) for index in (1, 2)] == [True, True]
