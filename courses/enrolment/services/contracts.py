from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from courses.catalogue.models import Course
from courses.enrolment.models import Contract
from courses.enrolment.rules import Terms


@transaction.atomic
def contract_for(course: Course, terms: Terms) -> Contract:
    """Return the contract with exactly these terms: the course's newest if nothing changed, else a new number."""
    newest = _newest_contract(course)
    if newest and _has_terms(newest, terms):
        return newest
    # Numbers are given out one at a time; whoever waited looks again.
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    newest = _newest_contract(course)
    if newest and _has_terms(newest, terms):
        return newest
    return Contract.objects.create(course=course, number=newest.number + 1 if newest else 1, **_fields_of(terms))


@transaction.atomic
def publish_contract(course: Course, terms: Terms, *, now: datetime) -> bool:
    """Make these terms the course's newest version and ease the earlier ones by them; say whether anything changed.

    Then a recount of those who study the course is due. The same terms again change nothing.
    """
    newest = _newest_contract(course)
    contract = contract_for(course, terms)
    eased = []
    for earlier in course.contracts.select_for_update(no_key=True).filter(number__lt=contract.number):
        easing = earlier.easing.eased_by(terms, of=earlier)
        if easing != earlier.easing:
            earlier.easing = easing
            eased.append(earlier)
    Contract.objects.bulk_update(
        eased, ["eased_lesson_ids", "eased_quiz_ids", "eased_recording_ids", "lowest_marks", "lowest_shares"]
    )
    has_changed = contract != newest or bool(eased)
    if has_changed:
        Contract.objects.filter(pk=contract.pk).update(recount_due_since=now)
    return has_changed


def _newest_contract(course: Course) -> Contract | None:
    return course.contracts.order_by("-number").first()


def _fields_of(terms: Terms) -> dict[str, object]:
    return {name: _as_stored(value) for name, value in asdict(terms).items()}


def _as_stored(value: object) -> object:
    return [_as_stored(one) for one in value] if isinstance(value, tuple) else value


def _has_terms(contract: Contract, terms: Terms) -> bool:
    return all(getattr(contract, name) == value for name, value in _fields_of(terms).items())
