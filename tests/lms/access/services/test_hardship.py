"""People who cannot pay ask for less, and reviewers grant or decline it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from lms.access.errors import AlreadyDecided, CannotAskForLess, NotYours, UnusableAnswer, UnusableWords
from lms.access.models import HardshipRequest, HardshipWaiver
from lms.access.queries.fees import charges
from lms.access.queries.hardship import waiting_hardship
from lms.access.services.hardship import MOST_REQUESTS, HardshipAnswer, answer_hardship
from lms.access.services.pools import close_pool
from lms.mail.models import OutgoingMail
from tests.factories.access import pool_of, with_priority
from tests.factories.accounts import InstitutionFactory, ProgrammeLeadFactory, UserFactory
from tests.factories.fees import DAY, NO_SALARY, OPEN, charged, hardship_of, noted, seated

pytestmark = pytest.mark.django_db
NO = HardshipAnswer(percent=0, ends_on=DAY, word="The price is below what you named.")


@pytest.fixture
def person():
    return UserFactory(country="DE")


@pytest.fixture
def lead():
    return ProgrammeLeadFactory()


def yes(percent: int, word: str = "") -> HardshipAnswer:
    return HardshipAnswer(percent=percent, ends_on=DAY + timedelta(days=9), word=word)


def left_of(charge) -> int:
    return charges().get(pk=charge.pk).left


def test_a_request_waits_once_however_often_it_is_sent(person):
    pool = pool_of(capacity=1)
    first = hardship_of(person, pool, text=f"  {NO_SALARY}\u200b ")
    assert hardship_of(person, pool, text="Something else altogether.") == first
    assert first.text == NO_SALARY
    assert list(waiting_hardship()) == [first]


@pytest.mark.parametrize("text", ["", "Too short", "x" * 1001, "All of it was \u202edekcatta"])
def test_a_text_that_is_no_plain_text_of_bounded_length_is_refused(person, text):
    with pytest.raises(UnusableWords):
        hardship_of(person, text=text)


def test_who_has_priority_has_nothing_to_ask_for(person):
    with pytest.raises(CannotAskForLess, match="you pay nothing"):
        hardship_of(with_priority(person))


def test_of_what_is_called_off_nothing_is_to_pay(person):
    pool = pool_of(capacity=1)
    close_pool(pool.pk, now=OPEN)
    with pytest.raises(CannotAskForLess, match="called off"):
        hardship_of(person, pool)


def test_nobody_asks_without_end(person, lead):
    pool = pool_of(capacity=1)
    for _ in range(MOST_REQUESTS):
        answer_hardship(hardship_of(person, pool).pk, NO, by=lead, now=OPEN)
    with pytest.raises(CannotAskForLess, match="3 times"):
        hardship_of(person, pool)


def test_what_is_granted_counts_for_a_seat_taken_later_and_the_person_is_told(person, lead):
    request = answer_hardship(hardship_of(person).pk, yes(75, "Come and learn."), by=lead, now=OPEN)
    assert request.state == HardshipRequest.State.GRANTED
    assert request.waiver.granted_by == lead
    assert charged(seated(person)).due == 30
    mail = OutgoingMail.objects.get(to=person.email, key__startswith="hardship")
    assert "75 % off the list price" in mail.text
    assert "Come and learn." in mail.text
    assert "/webinars/reading-a-report/" in mail.text


def test_what_is_declined_says_why_and_changes_no_price(person, lead):
    request = hardship_of(person)
    with pytest.raises(UnusableAnswer, match="Say why"):
        answer_hardship(request.pk, HardshipAnswer(percent=0, ends_on=DAY), by=lead, now=OPEN)
    answer_hardship(request.pk, NO, by=lead, now=OPEN)
    assert charged(seated(person)).due == 120
    assert NO.word in OutgoingMail.objects.get(to=person.email, key__startswith="hardship").text


@pytest.mark.parametrize(
    ("paid", "waived", "percent", "left"),
    [(0, 0, 50, 60), (0, 0, 100, 0), (40, 0, 50, 20), (80, 0, 50, 0), (0, 30, 50, 60), (0, 90, 50, 30)],
)
def test_a_seat_that_is_charged_already_costs_no_more_than_with_the_waiver(person, lead, paid, waived, percent, left):
    charge = charged(seated(person))
    for amount, kind in ((paid, "payment"), (waived, "waiver")):
        if amount:
            noted(charge, str(amount), kind)
    answer_hardship(hardship_of(person, charge.pool).pk, yes(percent), by=lead, now=OPEN)
    assert left_of(charge) == left


def test_a_correction_of_a_payment_is_not_taken_for_money(person, lead):
    charge = charged(seated(person))
    noted(charge, "120")
    noted(charge, "120", "correction")
    answer_hardship(hardship_of(person, charge.pool).pk, yes(50), by=lead, now=OPEN)
    assert left_of(charge) == 60


def test_nobody_answers_about_themselves_or_a_colleague(lead):
    clinic = InstitutionFactory()
    colleague = UserFactory(country="DE", institution=clinic)
    with pytest.raises(NotYours):
        answer_hardship(hardship_of(lead).pk, yes(100), by=lead, now=OPEN)
    with pytest.raises(NotYours):
        answer_hardship(hardship_of(colleague).pk, yes(100), by=ProgrammeLeadFactory(institution=clinic), now=OPEN)
    assert not HardshipWaiver.objects.exists()


def test_of_two_reviewers_one_answers(person, lead):
    request = hardship_of(person)
    answer_hardship(request.pk, NO, by=lead, now=OPEN)
    with pytest.raises(AlreadyDecided):
        answer_hardship(request.pk, yes(100), by=ProgrammeLeadFactory(), now=OPEN)
    assert not HardshipWaiver.objects.exists()


@pytest.mark.parametrize("answer", [yes(101), yes(-1), HardshipAnswer(percent=5, ends_on=DAY - timedelta(days=1))])
def test_an_answer_that_would_mean_nothing_is_refused(person, lead, answer):
    with pytest.raises(UnusableAnswer):
        answer_hardship(hardship_of(person).pk, answer, by=lead, now=OPEN)


def test_it_goes_with_the_person(person, lead):
    answer_hardship(hardship_of(person).pk, yes(100), by=lead, now=OPEN)
    person.delete()
    assert not HardshipRequest.objects.exists()
    assert not HardshipWaiver.objects.exists()


def test_the_table_keeps_no_refusal_without_a_word(person):
    with pytest.raises(IntegrityError):
        HardshipRequest.objects.filter(pk=hardship_of(person).pk).update(state="declined", answered_at=OPEN)
