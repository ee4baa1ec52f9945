"""Reminders are stopped from the address in a mail, by a person or by their mail program, without signing in."""

import pytest
from django.test import Client
from django.urls import reverse

from lms.accounts.models import User
from lms.accounts.services import reminders_address
from lms.accounts.signals import wishes_changed
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory()


def wants(person: User) -> bool:
    return User.objects.values_list("wants_reminders", flat=True).get(pk=person.pk)


@pytest.fixture
def address(person, settings) -> str:
    return reminders_address(person).removeprefix(settings.SITE_URL)


def test_looking_changes_nothing_since_programs_look_at_every_address(client, person, address):
    assert "Stop the reminders?" in client.get(address).text
    assert wants(person)


def test_one_click_of_a_mail_program_stops_them_and_a_person_can_have_them_again(person, address):
    client = Client(enforce_csrf_checks=True)
    for _time in range(2):
        answer = client.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, wants(person)) == (200, False)
    assert "You get no more reminders" in client.get(address).text
    client.post(address, {"again": "1"})
    assert wants(person)


def test_nobody_elses_can_be_stopped(client, person, address):
    another = UserFactory()
    for wrong in ("1", f"{address.rpartition('/')[2]}x", "x" * 500, reverse("profile").strip("/")):
        assert client.post(reverse("stop_reminders", args=[wrong.replace("/", "")])).status_code == 404
    client.post(address)
    assert wants(another)


def test_the_page_says_so_in_the_persons_language(client, validate_html):
    person = UserFactory(language="ar")
    page = client.get(reminders_address(person).partition("8000")[2]).text
    assert 'dir="rtl"' in page
    assert validate_html(page) == []


def test_the_profile_stops_them_as_well_and_says_so_once(person, django_capture_on_commit_callbacks):
    told = []

    def hear(person_id, **kwargs):
        told.append(person_id)

    wishes_changed.connect(hear)
    client = Client()
    client.force_login(person)
    try:
        for _time in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                client.post(reverse("profile"), {"name": person.name, "country": person.country.code})
    finally:
        wishes_changed.disconnect(hear)
    assert (wants(person), told) == (False, [person.pk])
