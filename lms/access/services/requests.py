"""A person asks for priority, asks again, or works elsewhere from now on."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.access.errors import CannotBeRenewed, StillDeclined, TooManyRequests, UnknownCriterion, UnusableWords
from lms.access.models import AccessRequest, Decision
from lms.access.queries.decisions import current_decision
from lms.access.queries.requests import last_request, newest_decision, renewable_decision
from lms.access.rules.decisions import CRITERIA, PRIORITY, Review
from lms.access.rules.periods import renewal_opens_on
from lms.access.rules.statements import LONGEST_SENTENCE, SHORTEST_SENTENCE, is_plain, tidied
from lms.access.services.decisions import record_decision
from lms.access.wording import WORDING_VERSION
from lms.accounts.models import User

MOST_A_DAY = 5  # decisions about one person that no reviewer made


@transaction.atomic
def request_access(person: User, *, country: str, sentences: Mapping[str, str], now: datetime) -> AccessRequest:
    """Decide about a person by what they tell us, keep what they said, and return it with its decision.

    sentences: letter of each criterion they name -> what they say to it. Their country of work becomes this one. The same
    again on the same day changes nothing. Raises what record_decision raises, UnusableWords and TooManyRequests.
    """
    said = _checked(sentences)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if (same := _same_today(person, country=country, sentences=said, now=now)) is not None:
        return same
    return _ask(person, country=country, sentences=said, wording_version=WORDING_VERSION, now=now)


@transaction.atomic
def renew_access(person: User, *, now: datetime) -> AccessRequest:
    """Ask for priority once more with what the person told us last. Raises CannotBeRenewed and what asking raises."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    decision = renewable_decision(person, now=now)
    if decision is None:
        raise CannotBeRenewed(_why_not_renewable(person, now=now))
    told = last_request(person)
    if told is None or told.country != decision.country:  # the country alone was enough
        return _ask(person, country=str(decision.country), sentences={}, wording_version=WORDING_VERSION, now=now)
    return _ask(
        person, country=str(told.country), sentences=told.sentences, wording_version=told.wording_version, now=now
    )


@transaction.atomic
def restart_decision(person_id: int, *, now: datetime) -> Decision | None:
    """Decide anew about a person who works in another country than the one they were last decided about.

    What they said was about where they worked before, so the country alone decides until they tell us more. Returns None
    where nothing is to be decided, or not today: the sweep comes back to it.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    newest = newest_decision(person)
    if newest is None or not person.country or newest.country == person.country:
        return None
    try:
        _refuse_floods(person, now=now)
        return record_decision(person, country=str(person.country), now=now)
    except (StillDeclined, TooManyRequests):
        return None


def _ask(
    person: User, *, country: str, sentences: Mapping[str, str], wording_version: int, now: datetime
) -> AccessRequest:
    _refuse_floods(person, now=now)
    decision = record_decision(person, country=country, attested="".join(sentences), now=now)
    if person.country != country:
        User.objects.filter(pk=person.pk).update(country=country)
        person.country = country
    return AccessRequest.objects.create(
        person=person,
        country=country,
        sentences=dict(sentences),
        wording_version=wording_version,
        signed_at=now,
        decision=decision,
    )


def _checked(sentences: Mapping[str, str]) -> dict[str, str]:
    if not set(sentences) <= set(CRITERIA):
        raise UnknownCriterion(_("Choose among the five criteria."))
    said = {letter: tidied(sentences[letter]) for letter in sorted(sentences)}
    if not all(is_plain(one, shortest=SHORTEST_SENTENCE, longest=LONGEST_SENTENCE) for one in said.values()):
        raise UnusableWords(
            _("Say each thing that you named in a sentence of %(shortest)s to %(longest)s characters of plain text.")
            % {"shortest": SHORTEST_SENTENCE, "longest": LONGEST_SENTENCE}
        )
    return said


def _same_today(person: User, *, country: str, sentences: Mapping[str, str], now: datetime) -> AccessRequest | None:
    """Return the last request where nothing has been said or decided since, so that a double click is one request."""
    told, newest = last_request(person), newest_decision(person)
    if told is None or newest is None or told.decision_id != newest.pk:
        return None
    is_today = told.signed_at.astimezone(UTC).date() == now.astimezone(UTC).date()
    return told if is_today and (told.country, told.sentences) == (country, sentences) else None


def _refuse_floods(person: User, *, now: datetime) -> None:
    since = now - timedelta(days=1)
    made = Decision.objects.filter(person=person, review=Review.NONE.value, decided_at__gt=since)
    if made.count() >= MOST_A_DAY:
        raise TooManyRequests(
            _(
                "We have decided about you %(number)s times since yesterday. Look at the last decision, and ask again tomorrow."
            )
            % {"number": MOST_A_DAY}
        )


def _why_not_renewable(person: User, *, now: datetime) -> str:
    counts, newest = current_decision(person, now=now), newest_decision(person)
    if newest is not None and newest.needs_review:
        return _("A person will look at your request; there is nothing to renew until then.")
    if counts is None or counts.tier not in PRIORITY or counts.valid_until is None:
        return _("You have no priority to renew. Tell us where you work instead.")
    return _("You can renew it from %(day)s on.") % {"day": date_format(renewal_opens_on(counts.valid_until))}
