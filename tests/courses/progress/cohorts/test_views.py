import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.enrolment.models import Enrolment
from lms.access.models import Application, HardshipRequest
from lms.access.services.hardship import HardshipAnswer, answer_hardship
from lms.access.services.seats import apply_for_seat
from tests.factories.access import with_priority
from tests.factories.accounts import NewcomerFactory, ProgrammeLeadFactory, UserFactory
from tests.factories.cohorts import cohort_around
from tests.factories.fees import NO_SALARY, noted
from tests.factories.lessons import course_with_lessons

pytestmark = pytest.mark.django_db
DETAILS = {"name": "Learner Number One", "country": "DE"}


@pytest.fixture
def page():
    return course_with_lessons(1)


@pytest.fixture
def run(page):
    return cohort_around(
        timezone.now(), page, price="120", payment_instructions="Account XX00 0000.", name="Spring with a teacher"
    )


def signed_in(person=None, **fields) -> Client:
    client = Client()
    client.force_login(person or UserFactory(**({"country": "DE"} | fields)))
    return client


def shown(client, run) -> str:
    return client.get(reverse("cohort", args=[run.pk])).content.decode().replace("\xa0", " ")


def apply(client, run, **data) -> str:
    page = client.post(reverse("apply_for_cohort", args=[run.pk]), data, follow=True)
    return page.content.decode().replace("\xa0", " ")


def test_anybody_sees_the_cohorts_of_a_course_with_dates_and_price(client, page, run):
    said = client.get(page.url).content.decode().replace("\xa0", " ")
    assert "Spring with a teacher" in said
    assert "EUR 120, the list price." in said
    assert reverse("cohort", args=[run.pk]) in said
    assert "Sign in to see your own price" in shown(client, run)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"profession": "student"}, "EUR 60: half of EUR 120, as you are a student."),
        ({"profession": "nurse"}, "EUR 120, the list price."),
    ],
)
def test_each_sees_before_applying_what_they_pay_and_why(page, run, fields, words):
    client = signed_in(**fields)
    assert words in shown(client, run)
    assert words in client.get(page.url).content.decode().replace("\xa0", " ")
    assert words in client.get(reverse("apply_for_cohort", args=[run.pk])).content.decode().replace("\xa0", " ")


def test_who_has_priority_sees_that_it_is_free_for_them_and_what_that_rests_on(page, run):
    client = signed_in(with_priority(UserFactory(country="DE"), now=timezone.now()))
    said = shown(client, run)
    assert "Free for you, because you have priority." in said
    assert "What your priority rests on" in said
    for address in (page.url, reverse("apply_for_cohort", args=[run.pk])):
        said = " ".join(client.get(address).content.decode().replace("\xa0", " ").split())
        assert "List price EUR 120. Free for you" in said
        assert said.count("What your priority rests on") == 1
        assert "What your priority rests on" not in signed_in().get(address).content.decode()


def test_who_takes_a_seat_is_enrolled_and_told_how_to_pay(page, run):
    client = signed_in()
    said = apply(client, run)
    assert "You have a seat." in said
    assert "Still due: EUR 120." in said
    assert "Account XX00 0000." in said
    enrolment = Enrolment.objects.get()
    assert enrolment.run == run
    mine = client.get("/my/").content.decode().replace("\xa0", " ")
    assert "Spring with a teacher" in mine
    assert "Still due: EUR 120." in mine
    charge = Application.objects.get().charge
    noted(charge, "120")
    assert "It is paid. Thank you." in shown(client, run)
    assert "Still due" not in client.get("/my/").content.decode()


def test_name_and_country_are_asked_for_on_the_way(run):
    client = signed_in(NewcomerFactory())
    assert "Two things first" in apply(client, run)
    assert not Application.objects.exists()
    assert "You have a seat." in apply(client, run, **DETAILS)


def test_a_seat_is_given_back_after_asking(page, run):
    client = signed_in()
    apply(client, run)
    address = reverse("give_up_cohort_seat", args=[run.pk])
    assert "Give your seat back?" in client.get(address).content.decode()
    assert Application.objects.get().state == Application.State.CONFIRMED
    client.post(address)
    assert Application.objects.get().state == Application.State.GIVEN_UP
    assert Enrolment.objects.get().state == Enrolment.State.WITHDRAWN
    assert "Still due" not in shown(client, run)


def test_accepting_what_is_not_held_is_refused_in_words(run):
    client = signed_in()
    page = client.post(reverse("accept_cohort_seat", args=[run.pk]), follow=True)
    assert "No seat is held for you any more." in page.content.decode()


def test_nobody_sees_what_another_pays(page, run):
    apply(signed_in(profession="student"), run)
    for client in (Client(), signed_in()):
        assert "EUR 60" not in shown(client, run)
        assert "EUR 60" not in client.get(page.url).content.decode().replace("\xa0", " ")


@pytest.mark.parametrize("address", ["/my/", "course"])
def test_cohorts_cost_the_same_queries_for_2_and_10(page, address):
    person, now, counts = UserFactory(country="DE"), timezone.now(), []
    client = signed_in(person)
    path = page.url if address == "course" else address
    for more in (2, 8):
        for _ in range(more):
            one = cohort_around(now, page, price="100")
            apply_for_seat(one.pool_id, person, now=now)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- Who cannot pay ------------------------------------------------------------------------------------------------


def ask_for_less(client, run, text=NO_SALARY) -> str:
    answer = client.post(reverse("ask_to_pay_less", args=[run.pk]), {"text": text}, follow=True)
    return answer.content.decode().replace("\xa0", " ")


def test_who_cannot_pay_asks_and_sees_that_it_waits(run):
    client = signed_in()
    address = reverse("ask_to_pay_less", args=[run.pk])
    assert address in shown(client, run)
    assert "EUR 120, the list price." in client.get(address).content.decode().replace("\xa0", " ")
    assert "Say in a sentence why" in ask_for_less(client, run, "")
    said = ask_for_less(client, run)
    assert "Thank you. Somebody reads it" in said
    assert "to pay less. Somebody reads it and answers by e-mail" in said
    assert address not in said


def test_what_was_answered_stands_beside_the_price(run):
    client = signed_in()
    for percent, word in ((0, "Your institution pays for you."), (50, "We know how it is.")):
        ask_for_less(client, run)
        answer = HardshipAnswer(percent=percent, ends_on=timezone.now().date(), word=word)
        request = HardshipRequest.objects.get(state="waiting")
        answer_hardship(request.pk, answer, by=ProgrammeLeadFactory(), now=timezone.now())
        assert word in shown(client, run)
    assert "EUR 60: half of EUR 120, as a waiver was granted to you." in shown(client, run)
    assert "Ask again" in shown(client, run)


@pytest.mark.parametrize("price", [None, "120"])
def test_where_nothing_is_to_pay_nobody_asks(page, price):
    run = cohort_around(timezone.now(), page, price=price)
    person = UserFactory(country="DE")
    client = signed_in(with_priority(person, now=timezone.now()) if price else person)
    assert reverse("ask_to_pay_less", args=[run.pk]) not in shown(client, run)
    assert "There is nothing for you to pay here." in ask_for_less(client, run)
    assert not HardshipRequest.objects.exists()


def test_what_is_granted_after_the_seat_is_taken_off_what_is_due(run):
    client = signed_in()
    apply(client, run)
    ask_for_less(client, run)
    answer = HardshipAnswer(percent=75, ends_on=timezone.now().date())
    answer_hardship(HardshipRequest.objects.get().pk, answer, by=ProgrammeLeadFactory(), now=timezone.now())
    assert "Still due: EUR 30." in shown(client, run)
