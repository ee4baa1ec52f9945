"""A new country of work in the profile, and what the access side makes of it; the sweeps."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lms.access import tasks
from lms.access.models import Decision
from lms.access.queries.decisions import has_priority
from lms.access.services.decisions import record_decision
from lms.access.tasks import remind_of_ending_priority, restart_missed_decisions
from lms.accounts.models import User
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client) -> User:
    person = UserFactory(country="NP")
    record_decision(person, country="NP", now=timezone.now() - timedelta(days=2))
    client.force_login(person)
    return person


def save_profile(client, **changes):
    client.post("/my/profile/", {"name": "Learner", "country": "NP", **changes})


def test_another_country_in_the_profile_is_decided_about_at_once(client, person, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        save_profile(client, country="DE")
    assert Decision.objects.latest("pk").country == "DE"
    assert not has_priority(person, timezone.now())
    assert "You take part without priority" in client.get("/my/access/").content.decode()


def test_the_same_country_is_not_decided_about_again(client, person, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        save_profile(client, profession="nurse")
    assert Decision.objects.count() == 1


def test_whoever_never_asked_is_not_decided_about(client, django_capture_on_commit_callbacks):
    client.force_login(UserFactory(country="NP"))
    with django_capture_on_commit_callbacks(execute=True):
        save_profile(client, country="DE")
    assert not Decision.objects.exists()


def test_what_staff_changed_the_sweep_decides_about_once(person):
    User.objects.filter(pk=person.pk).update(country="GH")
    for _run in range(2):
        restart_missed_decisions()
    assert [str(one.country) for one in Decision.objects.order_by("pk")] == ["NP", "GH"]


def test_one_person_that_fails_keeps_no_other_back(person, monkeypatch):
    other = UserFactory(country="NP")
    record_decision(other, country="NP", now=timezone.now() - timedelta(days=2))
    User.objects.update(country="GH")
    restart = tasks.restart_decision

    def fail_for_the_first(person_id, *, now):
        if person_id == person.pk:
            raise RuntimeError("for this test")
        return restart(person_id, now=now)

    monkeypatch.setattr(tasks, "restart_decision", fail_for_the_first)
    restart_missed_decisions()
    assert Decision.objects.filter(country="GH").get().person == other


def test_the_daily_task_reminds_once():
    person = UserFactory(country="NP")
    record_decision(person, country="NP", now=timezone.now() - timedelta(days=720))
    for _run in range(3):
        remind_of_ending_priority()
    assert OutgoingMail.objects.filter(key__startswith="access-ending:").count() == 1
