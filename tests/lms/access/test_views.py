from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.access.models import AccessAppeal, AccessRequest, Decision
from lms.access.rules.decisions import Review
from lms.access.services.decisions import record_decision
from lms.access.services.requests import request_access
from lms.accounts.models import User
from tests.factories.accounts import NewcomerFactory, ProgrammeLeadFactory, UserFactory

pytestmark = pytest.mark.django_db
SENTENCE = "Our laboratory has one machine for the whole region."


@pytest.fixture
def person(client) -> User:
    person = UserFactory(country="EG")
    client.force_login(person)
    return person


def answers(letters="a", *, country="EG", **more) -> dict[str, str]:
    named = dict.fromkeys(letters, "on") | {f"said_{letter}": SENTENCE for letter in letters}
    return {"country": country, "word": "on", **named, **more}


def page(client, **query) -> str:
    return client.get("/my/access/", query).content.decode()


def ask(client, data, **extra):
    return client.post("/my/access/request", data, **extra)


# -- Asking --------------------------------------------------------------------------------------------------------


def test_whoever_has_never_asked_is_asked_where_they_work(client, person):
    shown = page(client)
    assert "We never look at your nationality" in shown
    assert '<option value="EG" selected>' in shown
    assert all(f'name="said_{letter}"' in shown for letter in "abcde")


def test_an_answer_is_decided_about_at_once_with_its_reasons(client, person):
    answer = ask(client, answers("bd"), follow=True)
    assert answer.redirect_chain == [("/my/access/", 302)]
    shown = answer.content.decode()
    assert "<h1>You have priority</h1>" in shown
    assert "You named 2 of the five criteria, and 1 is enough" in shown
    assert AccessRequest.objects.get().sentences == {"b": SENTENCE, "d": SENTENCE}


def test_a_newcomer_in_a_low_income_country_needs_to_say_nothing_more(client):
    person = NewcomerFactory()
    client.force_login(person)
    assert "<h1>You have priority</h1>" in ask(client, answers("", country="NP"), follow=True).content.decode()
    assert User.objects.get(pk=person.pk).country == "NP"


def test_a_queued_request_says_when_a_person_looks_at_it(client, person):
    shown = ask(client, answers("ace", country="DE"), follow=True).content.decode()
    assert "A person will look at your request" in shown
    assert "within 10 working days" in shown


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"word": ""}, "Tick this, so that we can rely"),
        ({"country": ""}, "This field is required"),
        ({"country": "ZZ"}, "Select a valid choice"),
        ({"said_a": ""}, "Write one sentence"),
        ({"said_a": "  \t "}, "Write one sentence"),
        ({"said_a": "Short."}, "at least 10 characters"),
        ({"said_a": "x" * 301}, "at most 300 characters"),
        ({"said_a": "x" * 100_000}, "at most 300 characters"),
        ({"said_a": "Ring\x07 the bell, please."}, "nobody can see"),
        ({"said_a": "Right \u202eto left it goes."}, "nobody can see"),
        ({"said_a": "There is\x00 a null in it."}, "Null characters are not allowed"),
        ({"said_b": SENTENCE}, "Tick the box above"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_decided(client, person, change, complaint):
    answer = ask(client, answers("a") | change)
    assert answer.status_code == 200
    assert complaint in answer.content.decode()
    assert not Decision.objects.exists()


def test_letters_that_are_no_criteria_are_passed_over(client, person):
    ask(client, answers("a", f="on", said_f=SENTENCE, attested="abcde", tier="P1"))
    assert Decision.objects.get().attested == "a"


def test_a_thousand_posts_in_a_day_leave_a_handful_of_decisions(client, person):
    for number in range(12):
        answer = ask(client, answers("ab"[number % 2]))
    assert "since yesterday" in answer.content.decode()
    assert Decision.objects.count() == 5


def test_who_asks_again_finds_what_they_said_filled_in(client, person):
    ask(client, answers("a"))
    shown = client.get("/my/access/request").content.decode()
    assert SENTENCE in shown
    assert "checked" in shown


def test_whoever_was_declined_is_told_until_when_and_not_asked(client, person):
    record_decision(person, country="EG", review=Review.DECLINE, by=ProgrammeLeadFactory(), now=timezone.now())
    shown = client.get("/my/access/request").content.decode()
    assert "you can ask again after" in shown
    assert "said_a" not in shown
    assert ask(client, answers("a")).status_code == 200
    assert not AccessRequest.objects.exists()


# -- Renewing ------------------------------------------------------------------------------------------------------


def test_priority_that_ends_soon_is_renewed_with_one_click(client, person):
    request_access(person, country="EG", sentences={"a": SENTENCE}, now=timezone.now() - timedelta(days=350))
    assert 'data-action="renew-access"' in page(client)
    answer = client.post("/my/access/renew", follow=True)
    assert "You have priority." in answer.content.decode()
    assert 'data-action="renew-access"' not in answer.content.decode()


def test_renewing_too_early_or_by_a_link_changes_nothing(client, person):
    request_access(person, country="EG", sentences={"a": SENTENCE}, now=timezone.now())
    assert "from" in client.post("/my/access/renew", follow=True).content.decode()
    assert client.get("/my/access/renew").status_code == 302
    assert Decision.objects.count() == 1


# -- Appeals -------------------------------------------------------------------------------------------------------


@pytest.fixture
def declined(person) -> Decision:
    return record_decision(person, country="DE", review=Review.DECLINE, by=ProgrammeLeadFactory(), now=timezone.now())


def test_an_appeal_is_filed_and_its_state_is_shown(client, declined):
    assert 'data-action="appeal-access"' in page(client)
    address = reverse("appeal_access", args=[declined.pk])
    shown = client.post(address, {"text": "You have misread\r\nmy third sentence."}, follow=True).content.decode()
    assert "Your appeal is waiting" in shown
    assert AccessAppeal.objects.get().text == "You have misread\nmy third sentence."
    assert "already" in client.post(address, {"text": "You have misread it."}, follow=True).content.decode()


@pytest.mark.parametrize("text", ["", "No.", "x" * 1001, "Ring\x07 the bell, please."])
def test_an_appeal_that_says_nothing_usable_is_shown_again(client, declined, text):
    answer = client.post(reverse("appeal_access", args=[declined.pk]), {"text": text})
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not AccessAppeal.objects.exists()


@pytest.mark.parametrize("outcome", ["upheld", "declined"])
def test_what_an_appeal_came_to_is_shown(client, declined, outcome):
    AccessAppeal.objects.create(
        person=declined.person,
        decision=declined,
        text=SENTENCE,
        made_at=timezone.now(),
        outcome=outcome,
        decided_at=timezone.now(),
    )
    assert f"Your appeal was {outcome}" in page(client)


def test_another_persons_decision_cannot_be_appealed_against(client, person):
    other = record_decision(UserFactory(), country="DE", now=timezone.now())
    for number in (other.pk, 0, 10**30):
        assert client.post(f"/my/access/decisions/{number}/appeal", {"text": SENTENCE}).status_code == 404


# -- What is shown, and to whom ------------------------------------------------------------------------------------


def test_history_shows_own_decisions_only_newest_first_page_by_page(client, person):
    for number in range(12):
        record_decision(person, country=("EG", "DE")[number % 2], now=timezone.now() - timedelta(days=12 - number))
    record_decision(UserFactory(), country="FJ", now=timezone.now())
    first, second = page(client), page(client, page=2)
    assert first.count("Decided by the rules") == 10
    assert second.count("Decided by the rules") == 2
    assert first.index("Germany") < first.index("Egypt")
    assert "Fiji</p>" not in first + second
    assert page(client, page="nonsense")


def test_the_page_asks_as_many_queries_for_twenty_decisions_as_for_two(client, person, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(40) as asked:
            page(client)
        return len(asked)

    for number in range(2):
        record_decision(person, country="EG", now=timezone.now() - timedelta(days=40 - number))
    few = queries()
    for number in range(18):
        record_decision(person, country="EG", now=timezone.now() - timedelta(days=30 - number))
    assert queries() <= few + 1  # the second page is counted


def test_sentences_and_appeals_cannot_break_the_page(client, person):
    ask(client, answers("abcde"[:1], said_a="<script>alert(1)</script> and {{ more }}", country="DE"))
    shown = page(client)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown
