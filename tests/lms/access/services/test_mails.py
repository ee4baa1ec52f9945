from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.access.rules.decisions import Review
from lms.access.services.appeals import appeal_decision
from lms.access.services.decisions import record_decision
from lms.access.services.mails import remind_of_endings
from lms.access.services.requests import renew_access, request_access
from lms.accounts.models import User
from lms.mail.models import OutgoingMail
from tests.factories.accounts import ProgrammeLeadFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)
WHY = "Our hospital serves a district without any laboratory."
END = datetime(2027, 12, 1, tzinfo=UTC)  # the last day of what is given at NOW in Egypt


def asked(person=None, *, country="EG", letters="a", now=NOW) -> User:
    person = person or UserFactory(country=country)
    request_access(person, country=country, sentences=dict.fromkeys(letters, WHY), now=now)
    return person


def mail(kind: str = "decision") -> OutgoingMail:
    return OutgoingMail.objects.filter(key__startswith=f"access-{kind}:").latest("pk")


def test_a_decision_is_told_with_its_reasons_and_the_way_to_the_page():
    person = asked()
    assert (mail().to, mail().subject) == (person.email, "You have priority")
    assert "- You named 1 of the five criteria, and 1 is enough: you have priority." in mail().text
    assert "http://localhost:8000/my/access/" in mail().text
    assert "appeal" not in mail().text


def test_who_waits_is_told_how_long_and_whoever_has_no_priority_that_they_can_appeal():
    asked(country="DE", letters="ace")
    assert mail().subject == "A person will look at your request for priority"
    assert "within 10 working days" in mail().text
    asked(country="DE", letters="a")
    assert "appeal there within 30 days" in mail().text


def test_a_decision_speaks_the_persons_language():
    asked(UserFactory(language="fr"))
    assert mail().language == "fr"
    assert "http://localhost:8000/fr/my/access/" in mail().text
    assert "1 décembre 2027" in mail().text


def test_priority_that_lasts_while_a_renewal_is_looked_at_is_told():
    person = asked(country="DE", letters="ace")
    record_decision(person, country="DE", attested="ace", review=Review.APPROVE, by=ProgrammeLeadFactory(), now=NOW)
    renew_access(person, now=END - timedelta(days=3))
    assert "lasts until 1 December 2027 all the same" in mail().text


def test_an_appeal_is_answered_at_once_with_the_day_of_the_decision_where_the_person_is():
    person = UserFactory(country="DE", time_zone="Asia/Kathmandu")
    decision = record_decision(
        person, country="DE", review=Review.DECLINE, by=ProgrammeLeadFactory(), now=NOW - timedelta(days=1)
    )
    appeal_decision(person, decision.pk, text=WHY, now=NOW)  # already the 2nd in Nepal
    assert "answer by 16 December 2026" in mail("appeal").text
    assert WHY in mail("appeal").text


# -- Reminders -----------------------------------------------------------------------------------------------------


def test_whose_priority_ends_is_reminded_from_thirty_days_before_and_once():
    person = asked()
    assert remind_of_endings(now=END - timedelta(days=31)) == 0
    assert remind_of_endings(now=END - timedelta(days=30)) == 1
    assert (mail("ending").to, mail("ending").subject) == (person.email, "Your priority ends on 1 December 2027")
    assert mail("ending").expires_at.date() == END.date()
    assert remind_of_endings(now=END - timedelta(days=30)) == 0
    assert remind_of_endings(now=END) == 0


def test_a_reminder_that_was_late_still_goes_out_until_the_last_day():
    asked()
    assert remind_of_endings(now=END + timedelta(days=1)) == 0
    assert remind_of_endings(now=END) == 1


def test_who_has_renewed_or_waits_or_works_elsewhere_or_is_switched_off_is_not_reminded():
    renewed = asked()
    renew_access(renewed, now=END - timedelta(days=29))
    reviewed = asked(country="DE", letters="ace")
    record_decision(reviewed, country="DE", attested="ace", review=Review.APPROVE, by=ProgrammeLeadFactory(), now=NOW)
    renew_access(reviewed, now=END - timedelta(days=29))
    elsewhere = asked()
    record_decision(elsewhere, country="DE", now=END - timedelta(days=100))
    User.objects.filter(pk=asked().pk).update(is_active=False)
    assert remind_of_endings(now=END - timedelta(days=28)) == 0


def test_after_renewing_the_next_ending_has_a_reminder_of_its_own():
    person = asked()
    remind_of_endings(now=END)
    renew_access(person, now=END)
    assert remind_of_endings(now=datetime(2028, 11, 20, tzinfo=UTC)) == 1


def test_reminding_again_costs_as_many_queries_for_twenty_as_for_two():
    def queries() -> int:
        remind_of_endings(now=END)
        with CaptureQueriesContext(connection) as captured:
            remind_of_endings(now=END)
        return len(captured)

    for _number in range(2):
        asked()
    few = queries()
    for _number in range(18):
        asked()
    assert queries() == few
