import pytest
from django.core import mail as outbox
from django.db import transaction

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
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue()
        1 / 0  # noqa: B018
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
