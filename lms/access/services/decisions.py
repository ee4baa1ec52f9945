from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.access.errors import StillDeclined, UnknownCountry, UnknownCriterion
from lms.access.models import Decision
from lms.access.queries.decisions import decisions_of
from lms.access.queries.facts import Grounds, country_codes, grounds
from lms.access.rules.decisions import CRITERIA, PRIORITY, Review, decide, fingerprint, stored
from lms.access.rules.standing import Decided, declined_until, tier_on
from lms.access.services.audits import note_audit
from lms.access.services.mails import tell_decision
from lms.access.services.seats import note_priority
from lms.accounts.models import User


@transaction.atomic
def record_decision(
    person: User,
    *,
    country: str,
    attested: str = "",
    review: Review = Review.NONE,
    review_code: str = "",
    by: User | None = None,
    word: str = "",
    on_appeal: bool = False,
    now: datetime,
) -> Decision:
    """Decide about a person by what is in force today, and add the decision to the record.

    attested: letters of the criteria, in any order. word: a reviewer's own sentence to the person. on_appeal: whether their
    appeal led to it. Raises UnknownCountry, UnknownCriterion, or StillDeclined where a reviewer's no lasts, which only
    another review ends.
    """
    if country not in country_codes():
        raise UnknownCountry(_("Choose the country in which you mainly work or study."))
    if not set(attested) <= set(CRITERIA):
        raise UnknownCriterion(_("Choose among the five criteria."))
    # One decision at a time, so that each knows the tier before it.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    on = now.astimezone(UTC).date()
    made = decisions_of([person.pk]).get(person.pk, [])
    earlier = [decision.decided for decision in made]
    if review is Review.NONE and (until := declined_until(earlier, on)):
        raise StillDeclined(
            _("A reviewer declined your request, and you can ask again after %(day)s.") % {"day": date_format(until)}
        )
    decision = decision_about(
        person,
        country=country,
        attested=attested,
        review=review,
        review_code=review_code,
        by=by,
        now=now,
        earlier=earlier,
        known=grounds(country=country),
    )
    decision.save()
    if review is Review.NONE and decision.gives_priority:
        note_audit(decision, person, earlier=made, now=now)
    tell_decision(decision, person, word=word, on_appeal=on_appeal, now=now)
    if tier_on([*earlier, decision.decided], on) in PRIORITY:
        note_priority(person, now=now)
    return decision


def decision_about(
    person: User,
    *,
    country: str,
    attested: str,
    review: Review = Review.NONE,
    review_code: str = "",
    by: User | None = None,
    now: datetime,
    earlier: Sequence[Decided],
    known: Grounds,
) -> Decision:
    """Return a decision that is not on record yet. earlier: the person's others, in order; known: for their country at least."""
    on, letters = now.astimezone(UTC).date(), "".join(sorted(set(attested)))
    inputs = known.inputs(country=country, attested=letters, review=review, on=on)
    outcome, values = decide(inputs), stored(inputs)
    return Decision(
        person=person,
        decided_at=now,
        country=country,
        attested=letters,
        review=review.value,
        review_code=review_code,
        by=by,
        old_tier=tier_on(earlier, on).value,
        tier=outcome.tier.value,
        band=outcome.band.value,
        valid_until=outcome.valid_until,
        needs_review=outcome.needs_review,
        stored_reasons=[[reason.code, dict(reason.facts)] for reason in outcome.reasons],
        policy=known.policy_on(on),
        inputs=values,
        inputs_sha256=fingerprint(values),
    )
