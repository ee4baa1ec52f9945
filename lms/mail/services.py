import logging
import smtplib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from lms.lib.events import announce
from lms.mail import rules
from lms.mail.models import OutgoingMail, OutgoingMailQuerySet
from lms.mail.signals import mail_queued

logger = logging.getLogger(__name__)


class ServerUnreachable(Exception):
    """The mail server does not answer or does not let us in; no mail is to blame."""


@dataclass(frozen=True)
class Draft:
    """A mail to be put into the outbox; see queue_mail. language: that of its text.

    stop_url: where its reader stops such mails, by a POST without signing in; empty for what must be told.
    """

    key: str
    to: str
    subject: str
    text: str
    language: str
    expires_at: datetime | None = None
    stop_url: str = ""


def queue_mail(
    *, key: str, to: str, subject: str, text: str, html: str = "", expires_at: datetime | None = None
) -> OutgoingMail:
    """Put a mail into the outbox, within the caller's transaction, and return its row.

    key says what the mail is about ("certificate-issued:123"): a second call with the same key returns the first row and
    sends nothing more. Text is in the language that is active. After expires_at the mail is not sent any more.
    """
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": _subject(subject),
            "text": text,
            "html": html,
            "language": translation.get_language() or settings.LANGUAGE_CODE,
            "expires_at": expires_at,
        },
    )
    if is_new:
        announce(mail_queued, sender=OutgoingMail, mail_id=mail.pk)
    return mail


def queue_mails(drafts: Sequence[Draft]) -> list[OutgoingMail]:
    """Put mails with keys that nobody has used into the outbox, in one statement, within the caller's transaction.

    Returns their rows in the same order; raises IntegrityError, and nothing is kept, where a key was used before.
    """
    mails = OutgoingMail.objects.bulk_create(
        [
            OutgoingMail(
                key=draft.key,
                to=draft.to,
                subject=_subject(draft.subject),
                text=draft.text,
                language=draft.language,
                expires_at=draft.expires_at,
                stop_url=draft.stop_url,
            )
            for draft in drafts
        ]
    )
    for mail in mails:
        announce(mail_queued, sender=OutgoingMail, mail_id=mail.pk)
    return mails


def withdraw_mails(mail_ids: Iterable[int], *, now: datetime) -> set[int]:
    """Take mails back that nobody has sent, within the caller's transaction; return the ids of those that nobody will get.

    One that is being sent at this moment, or was tried before, may be out already: it is not tried again, and is not among
    the ids returned.
    """
    unsent = OutgoingMail.objects.waiting().filter(pk__in=list(mail_ids))
    untouched = set(unsent.due(now).filter(failed_attempts=0).select_for_update().values_list("pk", flat=True))
    OutgoingMail.objects.filter(pk__in=untouched).delete()
    unsent.update(expires_at=now)
    return untouched


def send_mail_row(mail_id: int, *, connection: BaseEmailBackend | None = None) -> bool:
    """Send one mail if it is due and nobody else is at it; say whether it went out.

    Sent outside any transaction, at least once: a sender that dies after sending and before noting it leaves a lease that
    lapses, and the next one sends again with the same Message-ID. Raises ServerUnreachable, the mail still waiting.
    """
    now = timezone.now()
    lease = now + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    with transaction.atomic(durable=True):
        if not OutgoingMail.objects.due(now).filter(pk=mail_id).update(due_at=lease):
            return False
    mail = OutgoingMail.objects.get(pk=mail_id)
    if mail.expires_at and mail.expires_at <= now:
        _give_up(mail, problem="It was of no use any more before it could be sent.")
        OutgoingMail.objects.filter(pk=mail.pk).update(text="", html="")
        return False
    ours = connection or get_connection()
    try:
        _open(ours)
        _message(mail, ours).send()
    except ServerUnreachable as unreachable:
        _still_ours(mail).update(due_at=timezone.now() + rules.DELAYS[0], problem=str(unreachable)[:500])
        raise
    except Exception as error:  # each mail service has errors of its own; whichever it is, this attempt has failed
        logger.warning("Mail %s could not be sent: %s", mail.pk, error)
        ours.close()  # after an error a connection is in no known state; the next mail opens it anew
        _note_failure(mail, error)
        return False
    finally:
        if connection is None:
            ours.close()
    _note_sent(mail)
    return True


def send_waiting_mail(*, limit: int = 200) -> int:
    """Send the mail that is due, oldest first, at most `limit`, over one connection; return how many went out."""
    waiting = OutgoingMail.objects.due(timezone.now()).order_by("due_at").values_list("pk", flat=True)[:limit]
    connection = get_connection()
    sent = 0
    try:
        for mail_id in list(waiting):
            sent += send_mail_row(mail_id, connection=connection)
    except ServerUnreachable as unreachable:
        logger.error("The mail server cannot be reached, mail waits: %s", unreachable)
    finally:
        connection.close()
    return sent


def send_again(mail_id: int) -> bool:
    """Let a mail that was given up wait for sending again; say whether it was one."""
    revived = OutgoingMail.objects.failed().filter(pk=mail_id)
    if not revived.update(failed_at=None, failed_attempts=0, due_at=timezone.now()):
        return False
    announce(mail_queued, sender=OutgoingMail, mail_id=mail_id)
    return True


def _subject(words: str) -> str:
    return " ".join(words.split())[:250]


def _open(connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnreachable(_in_words(error)) from error


def _message(mail: OutgoingMail, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    # Source: RFC 8058, by which a mail program stops such mails with one click.
    stop = {"List-Unsubscribe": f"<{mail.stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.to],
        connection=connection,
        headers={
            "Message-ID": mail.message_id,
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",  # Source: RFC 3834; keeps out-of-office replies away
            **(stop if mail.stop_url else {}),
        },
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _still_ours(mail: OutgoingMail) -> OutgoingMailQuerySet:
    """Return the row, unless our lease has lapsed and somebody else has taken it since."""
    return OutgoingMail.objects.waiting().filter(pk=mail.pk, due_at=mail.due_at)


def _note_sent(mail: OutgoingMail) -> None:
    """Whoever holds the lease by now: this mail is out."""
    OutgoingMail.objects.filter(pk=mail.pk, sent_at=None).update(
        sent_at=timezone.now(), failed_at=None, problem="", text="", html=""
    )


def _note_failure(mail: OutgoingMail, error: Exception) -> None:
    delay = rules.delay_after(mail.failed_attempts + 1, code=_code(error))
    if delay is None:
        _give_up(mail, problem=_in_words(error))
    else:
        _still_ours(mail).update(
            due_at=timezone.now() + delay, failed_attempts=F("failed_attempts") + 1, problem=_in_words(error)
        )


def _give_up(mail: OutgoingMail, *, problem: str) -> None:
    _still_ours(mail).update(failed_at=timezone.now(), failed_attempts=F("failed_attempts") + 1, problem=problem[:500])
    logger.error("Mail %s was given up: %s", mail.pk, problem)


def _code(error: Exception) -> int | None:
    """Return what the server answered about this mail; a refused sender is our own mistake and can be mended."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min(code for code, _ in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPDataError) else None


def _in_words(error: Exception) -> str:
    """Return what the server said, fit to show to staff."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _answer(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:500]


def _answer(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"[:500]
