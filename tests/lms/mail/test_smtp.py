"""Mail meets a real mail server."""

import email
import email.policy
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from lms.mail import services
from lms.mail.models import OutgoingMail
from tests.services import free_port

pytestmark = pytest.mark.django_db


class MailServer:
    """Takes mail for everybody but nobody@example.org; at full@example.org it is busy."""

    def __init__(self) -> None:
        self.received: list[email.message.EmailMessage] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd calls it so)
        if address == "nobody@example.org":
            return "550 5.1.1 No such user here"
        if address == "full@example.org":
            return "452 4.2.2 Mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    use(settings, port=controller.port)
    yield server
    controller.stop()


def use(settings, *, port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5


def queue(to, **fields):
    row = services.queue_mail(
        key=f"certificate-issued:{to}", to=to, subject="Certificat délivré", text="Voilà.", **fields
    )
    assert services.queue_mail(key=row.key, to=to, subject="", text="") == row
    return row


def test_a_mail_arrives_whole_and_can_be_recognised(mail_server):
    row = queue("learner@example.org", html="<p>Voilà.</p>")
    assert services.send_mail_row(row.pk) is True
    [mail] = mail_server.received
    assert mail["Message-ID"] == row.message_id
    assert mail["Subject"] == "Certificat délivré"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "en"
    assert mail.get_body(("plain",)).get_content().strip() == "Voilà."
    assert mail.get_body(("html",)).get_content().strip() == "<p>Voilà.</p>"


def test_a_refused_recipient_is_given_up_at_once_with_the_server_s_reason(mail_server):
    row = queue("nobody@example.org")
    assert services.send_mail_row(row.pk) is False
    row.refresh_from_db()
    assert row.failed_at
    assert row.problem == "550 5.1.1 No such user here"


def test_a_full_mailbox_is_tried_again_later(mail_server):
    row = queue("full@example.org")
    services.send_mail_row(row.pk)
    row.refresh_from_db()
    assert row.failed_at is None
    assert row.failed_attempts == 1
    assert row.due_at > timezone.now()


def test_one_connection_carries_a_batch_past_a_refusal(mail_server):
    for to in ("one@example.org", "nobody@example.org", "two@example.org"):
        queue(to)
    assert services.send_waiting_mail() == 2
    assert [mail["To"] for mail in mail_server.received] == ["one@example.org", "two@example.org"]


def test_a_dead_server_loses_no_mail_and_is_not_the_mail_s_fault(settings):
    use(settings, port=free_port())  # nobody listens there
    rows = [queue(f"learner{number}@example.org") for number in range(3)]
    with pytest.raises(services.ServerUnreachable):
        services.send_mail_row(rows[0].pk)
    assert services.send_waiting_mail() == 0
    assert OutgoingMail.objects.waiting().count() == 3
    assert set(OutgoingMail.objects.values_list("failed_attempts", flat=True)) == {0}
    rows[0].refresh_from_db()
    assert "refused" in rows[0].problem


def test_when_the_server_is_back_the_sweep_sends_what_waits(mail_server, settings):
    port = settings.EMAIL_PORT
    use(settings, port=free_port())
    queue("learner@example.org")
    services.send_waiting_mail()
    use(settings, port=port)
    OutgoingMail.objects.update(due_at=timezone.now())
    assert services.send_waiting_mail() == 1
    assert len(mail_server.received) == 1
