"""Organisers ask people who register, and nobody else reads what they answer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.webinars.models import Registration, RegistrationAnswers, Webinar
from courses.webinars.services.answers import HasBegun, change_answers, forget_answers, keep_answers
from courses.webinars.services.following import follow_pages
from lms.access.models import Application
from tests.factories.accounts import NewcomerFactory, UserFactory
from tests.factories.webinars import dated_webinar, questions, scarce_webinar

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def webinar(now):
    asked = [
        *questions("Which cases?", is_required=True),
        {**questions("x", "Which clinic?", kind="choice", choices=["Rural", "Urban"])[1]},
        {**questions("x", "y", "First time?", kind="yes_no")[2]},
    ]
    return dated_webinar(now=now, asked=asked)


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


def send(client, webinar, view="register_for_webinar", **answers):
    data = {"answering": "1", **{f"answer-{question}": answer for question, answer in answers.items()}}
    return client.post(reverse(view, args=[webinar.page.slug]), data, follow=True).content.decode()


def kept():
    return {row.person: row.answers for row in RegistrationAnswers.objects.select_related("person")}


def test_one_click_leads_to_the_questions_and_registers_nobody_yet(client, webinar, person):
    text = client.post(reverse("register_for_webinar", args=[webinar.page.slug])).content.decode()
    for said in ("Which cases?", "To choose cases.", "Which clinic? (optional)", "Urban", "nobody else"):
        assert said in text
    assert "This field is required." not in text
    assert not Registration.objects.exists()


def test_what_is_answered_is_kept_with_the_registration(client, webinar, person):
    assert "You are registered." in send(client, webinar, q0="Long QT", q1="Urban", q2="")
    assert kept() == {person: {"q0": "Long QT", "q1": "Urban"}}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "This field is required."),
        ({"q0": "x" * 501}, "at most 500 characters"),
        ({"q0": "a", "q1": "Lunar"}, "Lunar is not one of the available choices"),
        ({"q0": "a", "q2": "perhaps"}, "perhaps is not one of the available choices"),
        ({"q0": "a\x00"}, "Null characters are not allowed."),
    ],
)
def test_what_is_no_answer_is_refused_and_nobody_registered(client, webinar, person, answers, said):
    assert said in send(client, webinar, **answers)
    assert not Registration.objects.exists()
    assert not kept()


def test_a_newcomer_answers_while_they_say_name_and_country(client, webinar):
    client.force_login(NewcomerFactory())
    address = reverse("register_for_webinar", args=[webinar.page.slug])
    assert "Which cases?" in client.get(address).content.decode()
    data = {"answering": "1", "answer-q0": "Long QT", "name": "", "country": "GH"}
    assert "This field is required." in client.post(address, data).content.decode()
    client.post(address, data | {"name": "Learner One"})
    assert [*kept().values()] == [{"q0": "Long QT"}]


def test_who_applies_for_a_limited_seat_is_asked_as_well(client, person, now):
    page = scarce_webinar(now=now, asked=questions("Which cases?"))
    webinar = Webinar.objects.get(translation_key=page.translation_key)
    webinar.page = page
    send(client, webinar, q0="Long QT")
    assert Application.objects.get().person == person
    assert kept() == {person: {"q0": "Long QT"}}
    client.post(reverse("give_up_webinar_seat", args=[page.slug]))
    assert not kept()


def test_answers_can_be_changed_until_the_start_and_go_when_one_cancels(client, webinar, person):
    send(client, webinar, q0="Long QT")
    address = reverse("change_webinar_answers", args=[webinar.page.slug])
    assert "Long QT" in client.get(address).content.decode()
    assert address in client.get(webinar.page.url).content.decode()
    assert "Your answers are kept." in send(client, webinar, "change_webinar_answers", q0="Marfan")
    assert kept() == {person: {"q0": "Marfan"}}
    client.post(reverse("cancel_webinar_registration", args=[webinar.page.slug]))
    assert not kept()


def test_from_the_start_on_nothing_is_changed(webinar, person):
    with pytest.raises(HasBegun):
        change_answers(webinar, person, {"q0": "Marfan"}, now=webinar.starts_at)
    assert not kept()


def test_registering_once_more_after_the_start_changes_no_answer(client, webinar, person, now):
    send(client, webinar, q0="Long QT")
    Webinar.objects.filter(pk=webinar.pk).update(starts_at=now - DAY / 24, ends_at=now + DAY / 24)
    assert "answers cannot be changed any more" in send(client, webinar, q0="Marfan")
    assert kept() == {person: {"q0": "Long QT"}}


def test_nobody_is_registered_without_the_answers_that_are_asked_of_all(client, webinar, person, monkeypatch):
    def fails(*args, **kwargs):
        raise HasBegun("Nothing can be kept.")

    monkeypatch.setattr("courses.webinars.views.webinars.keep_answers", fails)
    assert "Nothing can be kept." in send(client, webinar, q0="Long QT")
    assert not Registration.objects.exists()


def test_who_does_not_take_part_has_nothing_to_change(client, webinar, person):
    address = reverse("change_webinar_answers", args=[webinar.page.slug])
    assert client.get(address)["Location"] == f"{webinar.page.url}#seat"


def test_answers_are_deleted_ninety_days_after_the_webinar_and_with_the_account(webinar, now):
    one, other = UserFactory(), UserFactory()
    for person in (one, other):
        keep_answers(webinar, person, {"q0": "Long QT"}, now=now)
    forget_answers(now=webinar.ends_at + 90 * DAY)
    assert len(kept()) == 2
    other.delete()
    assert len(kept()) == 1
    forget_answers(now=webinar.ends_at + 90 * DAY + timedelta(seconds=1))
    assert not kept()


def test_a_webinar_that_asks_nothing_takes_one_click(client, person, now):
    webinar = dated_webinar(now=now)
    follow_pages(webinar.translation_key, now=now)
    client.post(reverse("register_for_webinar", args=[webinar.page.slug]))
    assert Registration.objects.get().person == person
