"""Programme leads answer requests, appeals and audits in the CMS."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.access.models import ErasedCase, Finding
from lms.access.queries.decisions import has_priority
from lms.access.queries.weeks import weeks_of_reviews
from lms.access.services.seats import apply_for_seat
from tests.cms.conftest import signed_in
from tests.cms.test_menus import names
from tests.factories.access import SENTENCE, T0, T2, appealed, at, audited, pool_of, queued
from tests.factories.accounts import (
    EditorFactory,
    InstitutionFactory,
    InstructorFactory,
    ProgrammeLeadFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LISTS = ["access_reviews", "access_weeks", "access_audits", "access_policies", "access_country_data"]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def reviewer():
    return ProgrammeLeadFactory()


@pytest.fixture
def lead(reviewer):
    return signed_in(reviewer)


def shown(client, name: str, *args) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_the_queue_is_oldest_first_whatever_waits(lead, now):
    for days, name, make in ((2, "Second", appealed), (9, "First", queued), (1, "Third", queued)):
        make(UserFactory(name=name), now=now - timedelta(days=days))
    page = shown(lead, "access_reviews")
    assert page.index("First") < page.index("Second") < page.index("Third")
    assert "12 days left" in page
    assert "High income" not in page
    assert "B4: high income" in page


def test_what_is_overdue_is_said(lead, now):
    queued(UserFactory(), now=now - timedelta(days=30))
    assert "overdue" in shown(lead, "access_reviews")


def test_a_request_is_shown_with_what_was_said_and_what_would_follow(lead, now):
    person = UserFactory(name="Adjoa", institution=InstitutionFactory(name="Coastal Clinic", country="GH"))
    page = shown(lead, "access_review_request", queued(person, now=now).pk)
    assert page.count(SENTENCE) == 3
    assert "The verified institution Coastal Clinic is in Ghana." in page
    assert "If you say yes: priority (P2) until" in page
    assert "You named 3 of the five criteria" in page


def test_a_request_is_answered_and_leaves_the_queue(lead, reviewer, now):
    person = UserFactory(country="DE")
    address = reverse("access_review_request", args=[queued(person, now=now).pk])
    answer = lead.post(address, {"code": "remote", "word": "Welcome.", "note": "Known to us."}, follow=True)
    assert "Your answer is stored." in answer.content.decode()
    assert "Nothing waits for an answer." in answer.content.decode()
    assert has_priority(person, timezone.now())
    assert Finding.objects.get().by == reviewer
    assert "somebody has answered it" in lead.get(address, follow=True).content.decode()


def test_the_person_reads_what_the_reviewer_says_and_not_the_note(lead, client, now):
    person = UserFactory(country="DE")
    address = reverse("access_review_request", args=[queued(person, now=now).pk])
    lead.post(address, {"code": "not-shown", "word": "Tell us of the nearest laboratory.", "note": "Called twice."})
    client.force_login(person)
    page = client.get("/my/access/").content.decode()
    assert "What you told us does not show that genomics has few resources" in page
    assert "Tell us of the nearest laboratory." in page
    assert "Called twice." not in page


def test_an_answer_without_a_reason_is_asked_for_again(lead, now):
    address = reverse("access_review_request", args=[queued(UserFactory(), now=now).pk])
    answer = lead.post(address, {"code": "", "word": "Kept as it was typed."})
    assert "This field is required." in answer.content.decode()
    assert "Kept as it was typed." in answer.content.decode()
    assert not Finding.objects.exists()


def test_an_appeal_is_answered(lead, now):
    appeal = appealed(UserFactory(country="DE"), now=now)
    page = shown(lead, "access_review_appeal", appeal.pk)
    assert appeal.text in page
    lead.post(reverse("access_review_appeal", args=[appeal.pk]), {"code": "stands"})
    appeal.refresh_from_db()
    assert appeal.outcome == "declined"


def test_an_audit_is_answered(lead, now):
    person = UserFactory(country="EG")
    audit = audited(person, now=now)
    assert "The institution is in another country" in shown(lead, "access_audits")
    assert "Where it was not true" in shown(lead, "access_review_audit", audit.pk)
    lead.post(reverse("access_review_audit", args=[audit.pk]), {"code": "wrong-country"})
    assert not has_priority(person, timezone.now())
    assert "Nothing waits to be looked at." in shown(lead, "access_audits")


def test_a_colleagues_request_shows_nothing_and_takes_no_answer(lead, reviewer, now):
    person = UserFactory(country="DE", institution=InstitutionFactory(country="DE"))
    reviewer.institution = person.institution
    reviewer.save()
    asked = queued(person, now=now)
    address = reverse("access_review_request", args=[asked.pk])
    assert address not in shown(lead, "access_reviews")
    page = lead.get(address).content.decode()
    assert "You name the same institution" in page
    assert SENTENCE not in page
    assert "You name the same institution" in lead.post(address, {"code": "shown"}, follow=True).content.decode()
    assert not Finding.objects.exists()


@pytest.mark.parametrize("factory", [InstructorFactory, EditorFactory])
def test_nobody_else_of_the_staff_sees_reviews_or_policies(factory, now):
    client = signed_in(factory())
    asked, audit = queued(UserFactory(), now=now), audited(UserFactory(country="EG"), now=now)
    addresses = [
        *map(reverse, LISTS),
        reverse("access_review_request", args=[asked.pk]),
        reverse("access_review_audit", args=[audit.pk]),
        reverse("access_policy", args=[asked.policy_id]),
        reverse("access_policy_copy", args=[asked.policy_id]),
        reverse("access_country_rows", args=[asked.policy.data_set_id]),
    ]
    for address in addresses:
        for answer in (client.get(address), client.post(address, {"code": "shown"})):
            assert answer.headers["Location"] == "/cms/", address
    assert not Finding.objects.exists()
    assert not names(client) & {"Reviews", "Audits", "Policies", "Country data", "Reviews by week"}


def test_leads_find_reviews_and_policies_in_the_menu(lead):
    assert {"Reviews", "Audits", "Policies", "Country data", "Reviews by week"} <= names(lead)


def test_weeks_count_what_came_and_how_it_ended(lead, now):
    for code in ("shown", "untrue"):
        asked = queued(UserFactory(), now=now)
        lead.post(reverse("access_review_request", args=[asked.pk]), {"code": code})
    queued(UserFactory(), now=now)
    row = shown(lead, "access_weeks").partition("<tbody>")[2].partition("</tr>")[0]
    counts = [cell.partition("</td>")[0] for cell in row.split("<td>")[1:]]
    assert counts[:6] == ["3", "2", "1", "1", "0", "1"]


def test_whoever_asks_anew_while_they_wait_keeps_their_place_and_is_counted_once(lead, now):
    asks_again = UserFactory(name="Asks Again", country="DE")
    queued(asks_again, now=now - timedelta(days=9))
    queued(UserFactory(name="Asked Between", country="DE"), now=now - timedelta(days=5))
    newest = queued(asks_again, letters="acd", now=now - timedelta(days=1))
    page = shown(lead, "access_reviews")
    assert page.index("Asks Again") < page.index("Asked Between")
    assert page.count("Asks Again") == 1
    lead.post(reverse("access_review_request", args=[newest.pk]), {"code": "shown"})
    weeks = weeks_of_reviews(now=now, number=3)
    assert [sum(getattr(week, name) for week in weeks) for name in ("came", "approved", "withdrawn")] == [2, 1, 0]


def test_whoever_withdraws_and_asks_later_joins_the_end_of_the_queue(lead, now):
    comes_back = UserFactory(name="Comes Back", country="DE")
    queued(comes_back, now=now - timedelta(days=9))
    queued(comes_back, letters="", now=now - timedelta(days=8))  # names nothing that a person would look at
    queued(UserFactory(name="Asked Between", country="DE"), now=now - timedelta(days=5))
    queued(comes_back, now=now - timedelta(days=1))
    page = shown(lead, "access_reviews")
    assert page.index("Asked Between") < page.index("Comes Back")
    weeks = weeks_of_reviews(now=now, number=3)
    assert [sum(getattr(week, name) for week in weeks) for name in ("came", "withdrawn")] == [3, 1]


def test_counts_by_week_stay_when_people_are_erased(lead, now):
    people = [UserFactory(country="DE") for _ in range(3)]
    for person, code in zip(people, ("shown", "untrue", None), strict=True):
        asked = queued(person, now=now)
        if code:
            lead.post(reverse("access_review_request", args=[asked.pk]), {"code": code})
    before = weeks_of_reviews(now=now, number=1)[0]
    for person in people:
        person.delete()
    after = weeks_of_reviews(now=now, number=1)[0]
    assert (after.came, after.approved, after.declined) == (before.came, before.approved, before.declined) == (3, 1, 1)
    assert (after.waiting, after.withdrawn) == (0, 1)  # what waited ended with the person
    assert {field.name for field in ErasedCase._meta.fields} == {"id", "came_on", "ended_on", "is_approved"}


@pytest.mark.parametrize("name", ["access_reviews", "access_audits", "access_weeks"])
def test_lists_take_the_same_number_of_queries_for_2_rows_and_20(lead, now, name):
    def wait(number: int) -> None:
        for _one in range(number):
            person = UserFactory(country="DE", institution=InstitutionFactory())
            queued(person, now=now)
            appealed(UserFactory(country="DE"), now=now)
            audited(UserFactory(country="EG"), now=now)

    wait(1)
    lead.get(reverse(name))
    with CaptureQueriesContext(connection) as few:
        shown(lead, name)
    wait(10)
    with CaptureQueriesContext(connection) as many:
        shown(lead, name)
    assert len(many) == len(few)


def test_who_waits_for_a_seat_has_an_answer_before_reserved_seats_are_released(lead, monkeypatch):
    asked_at = at(T0 + 1)
    person = UserFactory(name="Waits For A Seat", country="DE")
    queued(person, now=asked_at)
    apply_for_seat(pool_of(capacity=3).pk, person, now=asked_at)
    monkeypatch.setattr("lms.access.reviewing.reviews.timezone.now", lambda: at(T0 + 2))
    page = shown(lead, "access_reviews")
    assert "the answer may be due sooner" in page
    assert (at(T2) - timedelta(days=7)).strftime("%-d %B %Y") in page  # five working days before, over a weekend
