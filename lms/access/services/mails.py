"""Mails to a person about decisions that concern them: made, soon over, appealed against."""

import zoneinfo
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.access.models import AccessAppeal, Decision, Finding, HardshipRequest, OwedSeat
from lms.access.queries.decisions import current_decision
from lms.access.queries.requests import ending_soon
from lms.access.review_words import reasons_of, sentence_of_answer
from lms.access.rules.periods import APPEAL_DAYS, REVIEW_WORKING_DAYS, appeal_answered_by
from lms.accounts.models import User, time_zones
from lms.mail.models import OutgoingMail
from lms.mail.services import queue_mail


def tell_decision(decision: Decision, person: User, *, word: str = "", on_appeal: bool = False, now: datetime) -> None:
    """Put into the outbox, within the caller's transaction, what was decided about a person and why.

    word: what a reviewer says besides. on_appeal: whether the person's appeal led to it.
    """
    with translation.override(_language(person)):
        if on_appeal:
            subject = _("Your appeal was upheld")
        elif decision.gives_priority:
            subject = _("You have priority")
        elif decision.needs_review:
            subject = _("A person will look at your request for priority")
        else:
            subject = _("Your priority: what was decided")
        lasting = current_decision(person, now=now)
        context = {
            "decision": decision,
            "has_priority": decision.gives_priority,
            "lasting": lasting if lasting and lasting.pk != decision.pk else None,
            "reasons": reasons_of(decision),
            "word": word,
            "on_appeal": on_appeal,
            "review_days": REVIEW_WORKING_DAYS,
            "appeal_days": APPEAL_DAYS,
        }
        _queue(person, key=f"access-decision:{decision.pk}", subject=subject, name="access_decided", context=context)


def tell_appeal_received(appeal: AccessAppeal) -> None:
    """Put into the outbox, within the caller's transaction, that an appeal has come and until when it is decided."""
    person = appeal.person
    zone = zoneinfo.ZoneInfo(person.time_zone) if person.time_zone in time_zones() else UTC
    with translation.override(_language(person)), timezone.override(zone):
        _queue(
            person,
            key=f"access-appeal:{appeal.pk}",
            subject=_("We have received your appeal"),
            name="access_appealed",
            context={"appeal": appeal, "answered_by": appeal_answered_by(appeal.made_at)},
        )


def tell_appeal_declined(appeal: AccessAppeal, finding: Finding) -> None:
    """Put into the outbox, within the caller's transaction, that a decision stands and what was said to the appeal."""
    with translation.override(_language(appeal.person)):
        _queue(
            appeal.person,
            key=f"access-appeal-decided:{appeal.pk}",
            subject=_("Your appeal was declined"),
            name="access_appeal_declined",
            context={
                "appeal": appeal,
                "decision": appeal.decision,
                "answer": sentence_of_answer(finding.code),
                "word": finding.word,
            },
        )


def tell_hardship_answered(request: HardshipRequest) -> None:
    """Put into the outbox, within the caller's transaction, what was answered to somebody who cannot pay."""
    person, language = request.person, _language(request.person)
    label = request.pool.label_in(language)
    with translation.override(language):
        is_granted = request.waiver is not None
        subject = _("You pay less: %(title)s") if is_granted else _("Your request to pay less: %(title)s")
        _queue(
            person,
            key=f"hardship-answered:{request.pk}",
            subject=subject % {"title": label["title"]},
            name="hardship_answered",
            context={"request": request, "waiver": request.waiver, **label},
        )


def tell_seat_owed(owed: OwedSeat) -> None:
    """Put into the outbox, within the caller's transaction, that a seat of the next run will be kept for a person, and why."""
    person = owed.missed.person
    language = _language(person)
    with translation.override(language):
        title = owed.missed.pool.label_in(language)["title"]
        _queue(
            person,
            key=f"access-seat-owed:{owed.pk}",
            subject=_("A seat in the next run of “%(title)s” is yours") % {"title": title},
            name="access_seat_owed",
            context={"title": title},
        )


def remind_of_endings(*, now: datetime) -> int:
    """Remind people whose priority ends within 30 days, once for each decision; return how many mails were put out.

    Running it again, or days late, sends nothing twice.
    """
    sent = 0
    for decisions in ending_soon(now=now):
        keys = {f"access-ending:{decision.pk}": decision for decision in decisions}
        told = set(OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True))
        for key in keys.keys() - told:
            _remind(keys[key], key=key)
            sent += 1
    return sent


def _remind(decision: Decision, *, key: str) -> None:
    person, last_day = decision.person, decision.valid_until
    assert person is not None  # both are what the query asks for
    assert last_day is not None
    with translation.override(_language(person)):
        _queue(
            person,
            key=key,
            subject=_("Your priority ends on %(day)s") % {"day": date_format(last_day)},
            name="access_ending",
            context={"decision": decision},
            expires_at=datetime.combine(last_day, time.max, UTC),
        )


def _queue(person: User, *, key: str, subject: str, name: str, context: dict[str, Any], **rest: Any) -> None:
    text = render_to_string(f"emails/{name}.txt", {"name": person.name, "site_url": settings.SITE_URL, **context})
    queue_mail(key=key, to=person.email, subject=subject, text=text, **rest)


def _language(person: User) -> str:
    return person.language or settings.LANGUAGE_CODE
