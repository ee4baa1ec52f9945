import smtplib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection, transaction
from django.utils import timezone

from lms.mail import services
from lms.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


def queue(key="greeting:1", **fields):
    return services.queue_mail(
        **{"key": key, "to": "learner@example.org", "subject": "Welcome", "text": "Hello.", **fields}
    )


def test_a_second_call_with_the_same_key_returns_the_first_mail():
    assert queue() == queue(subject="Welcome again")
    assert OutgoingMail.objects.get().subject == "Welcome"


def test_a_queued_mail_goes_with_its_transaction():
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


def test_a_mail_is_sent_once_and_its_text_is_not_kept():
    row = queue(html="<p>Hello.</p>")
    assert services.send_mail_row(row.pk) is True
    assert services.send_mail_row(row.pk) is False
    assert [(sent.subject, sent.body, sent.extra_headers["Message-ID"]) for sent in outbox.outbox] == [
        ("Welcome", "Hello.", row.message_id)
    ]
    row.refresh_from_db()
    assert row.sent_at
    assert (row.text, row.html) == ("", "")


def test_a_subject_of_several_lines_cannot_add_headers():
    row = queue(subject="Welcome\r\nBcc: somebody@example.org")
    services.send_mail_row(row.pk)
    assert outbox.outbox[0].subject == "Welcome Bcc: somebody@example.org"


def test_after_the_transaction_the_worker_is_rung_once(django_capture_on_commit_callbacks, monkeypatch):
    rung = []
    monkeypatch.setattr("lms.mail.tasks.send_mail.delay", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        row = queue()
        queue()
    assert rung == [row.pk]


def test_a_broker_that_is_down_harms_nobody(django_capture_on_commit_callbacks, monkeypatch, caplog):
    def nobody_hears(mail_id):
        raise ConnectionError("no broker")

    monkeypatch.setattr("lms.mail.tasks.send_mail.delay", nobody_hears)
    with django_capture_on_commit_callbacks(execute=True):
        row = queue()
    assert "no broker" in caplog.text
    assert services.send_waiting_mail() == 1
    row.refresh_from_db()
    assert row.sent_at


# -- Leases -------------------------------------------------------------------------------------------------------


def test_a_mail_another_sender_has_taken_is_left_alone():
    row = queue()
    OutgoingMail.objects.filter(pk=row.pk).update(due_at=timezone.now() + timedelta(seconds=60))
    assert services.send_mail_row(row.pk) is False
    assert services.send_waiting_mail() == 0
    assert outbox.outbox == []


def test_a_sender_that_died_before_noting_it_leaves_a_repeat_with_the_same_message_id(settings, monkeypatch):
    row = queue()
    monkeypatch.setattr(services, "_note_sent", lambda mail: killed())
    with pytest.raises(KeyboardInterrupt):
        services.send_mail_row(row.pk)
    monkeypatch.undo()
    assert services.send_mail_row(row.pk) is False  # the dead sender's lease still holds
    OutgoingMail.objects.update(due_at=timezone.now())  # it has lapsed
    assert services.send_mail_row(row.pk) is True
    assert {sent.extra_headers["Message-ID"] for sent in outbox.outbox} == {row.message_id}
    assert len(outbox.outbox) == 2


def killed():
    raise KeyboardInterrupt


def test_a_sender_whose_lease_has_lapsed_does_not_undo_what_the_next_one_did(monkeypatch):
    row = queue()

    def slow_and_refused(mail, connection):
        # Meanwhile the lease lapses and somebody else sends it.
        OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
        raise smtplib.SMTPDataError(554, b"No")

    monkeypatch.setattr(services, "_message", slow_and_refused)
    services.send_mail_row(row.pk)
    row.refresh_from_db()
    assert row.sent_at
    assert row.failed_at is None


def test_an_expired_code_is_not_sent_any_more():
    row = queue(expires_at=timezone.now() - timedelta(seconds=1))
    assert services.send_mail_row(row.pk) is False
    row.refresh_from_db()
    assert outbox.outbox == []
    assert row.failed_at
    assert row.text == ""


# -- Failures -----------------------------------------------------------------------------------------------------


def test_five_failed_attempts_further_and_further_apart_then_it_is_given_up(monkeypatch):
    row = queue()

    def refused(mail, connection):
        raise smtplib.SMTPDataError(451, b"Try again later")

    monkeypatch.setattr(services, "_message", refused)
    waits = []
    for attempt in range(1, 6):
        OutgoingMail.objects.update(due_at=timezone.now())
        assert services.send_mail_row(row.pk) is False
        row.refresh_from_db()
        assert row.failed_attempts == attempt
        assert row.problem == "451 Try again later"
        waits.append(row.due_at - timezone.now())
    assert waits[:4] == sorted(waits[:4])
    assert waits[0] > timedelta(seconds=50)
    assert row.failed_at
    OutgoingMail.objects.update(due_at=timezone.now())
    assert services.send_mail_row(row.pk) is False
    assert list(OutgoingMail.objects.failed()) == [row]


def test_what_was_given_up_can_be_sent_again(monkeypatch):
    row = queue()
    OutgoingMail.objects.update(failed_at=timezone.now(), failed_attempts=5, problem="554 No")
    assert services.send_again(row.pk) is True
    assert services.send_again(row.pk) is False
    assert services.send_mail_row(row.pk) is True


def test_the_sweep_takes_a_bounded_batch_oldest_first_with_the_same_queries_a_mail(django_assert_max_num_queries):
    rows = [queue(key=f"greeting:{number}") for number in range(5)]
    assert services.send_waiting_mail(limit=3) == 3
    assert set(OutgoingMail.objects.waiting()) == set(rows[3:])


def test_one_bad_mail_does_not_hold_up_the_others(monkeypatch):
    bad, good = queue(key="a", to="bad@example.org"), queue(key="b")
    message = services._message

    def refuse_one(mail, connection):
        if mail.pk == bad.pk:
            raise smtplib.SMTPRecipientsRefused({mail.to: (550, b"No such user")})
        return message(mail, connection)

    monkeypatch.setattr(services, "_message", refuse_one)
    assert services.send_waiting_mail() == 1
    good.refresh_from_db()
    assert good.sent_at


@pytest.mark.django_db(transaction=True)
def test_senders_that_race_for_a_mail_send_it_once():
    row = queue()
    start = threading.Barrier(6)

    def send():
        try:
            start.wait()
            return services.send_mail_row(row.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        outcomes = [future.result() for future in [pool.submit(send) for _ in range(6)]]
    assert sorted(outcomes) == [False] * 5 + [True]
    assert len(outbox.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_callers_that_race_with_one_key_get_one_row():
    start = threading.Barrier(6)

    def call():
        try:
            start.wait()
            return queue().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        rows = {future.result() for future in [pool.submit(call) for _ in range(6)]}
    assert len(rows) == 1
