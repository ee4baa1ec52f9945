"""People registered for a webinar ask its speakers and vote; the organisers settle what is asked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses.webinars.asked import asked_at, asked_by
from courses.webinars.models import AskedQuestion, Vote, Webinar
from courses.webinars.rules import Settled
from courses.webinars.services.asking import (
    AskingClosed,
    NotForVoting,
    TooManyOpen,
    ask,
    settle,
    unvote,
    vote,
)
from courses.webinars.services.registrations import cancel, register
from lms.lib.errors import Refusal
from tests.factories.accounts import UserFactory
from tests.factories.webinars import dated_webinar, question_to

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def webinar(db, now):
    return dated_webinar(now=now)


@pytest.fixture
def anna(webinar, now):
    return register(webinar, UserFactory(name="Learner One"), now=now)


@pytest.fixture
def ben(webinar, now):
    return register(webinar, UserFactory(name="Learner Two"), now=now)


def texts(questions):
    return [question.text for question in questions]


class AnyOrder(TestCase):
    """Whatever people and organisers do, in whatever order."""

    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["ask", "vote", "unvote", *Settled]), st.integers(0, 2), st.sampled_from(["A?", "B?"])
            ),
            max_size=25,
        )
    )
    def test_counts_are_right_and_hidden_questions_out(self, steps):
        now = timezone.now()
        webinar = dated_webinar(now=now)
        people = [register(webinar, UserFactory(password="!"), now=now) for _number in range(3)]
        voters: dict[str, set[int]] = {}
        asker, state = {}, {}
        for number, (verb, who, text) in enumerate(steps):
            moment = now + number * SECOND
            if verb == "ask":
                if text not in asker:
                    ask(people[who], text, now=moment)
                    asker[text], state[text], voters[text] = who, Settled.OPEN, set()
                elif asker[text] == who:
                    ask(people[who], text, now=moment)
                continue
            if text not in asker:
                continue
            question = AskedQuestion.objects.get(text=text, webinar=webinar)
            if verb in ("vote", "unvote"):
                may = state[text] == Settled.OPEN and asker[text] != who
                try:
                    (vote if verb == "vote" else unvote)(question, people[who], now=moment)
                    assert may
                    (voters[text].add if verb == "vote" else voters[text].discard)(who)
                except NotForVoting:
                    assert not may
            else:
                settle(question, verb, "Said before.", now=moment)
                state[text] = verb
        for who, reader in enumerate(people):
            asked = asked_by(webinar, reader)
            for wanted, part in ((Settled.OPEN, asked.open), (Settled.ANSWERED, asked.answered)):
                assert {question.text: question.vote_count for question in part} == {
                    text: len(voters[text]) for text in asker if state[text] == wanted
                }
                counts = [question.vote_count for question in part]
                assert counts == sorted(counts, reverse=True)
                assert all(question.is_voted_for == (who in voters[question.text]) for question in part)
            assert {*texts(asked.hidden)} == {
                text for text in asker if state[text] == Settled.HIDDEN and asker[text] == who
            }


def test_the_list_goes_by_votes_then_by_time(webinar, anna, ben, now):
    for number, text in enumerate(["First?", "Second?", "Third?"]):
        ask(anna, text, now=now + number * SECOND)
    vote(AskedQuestion.objects.get(text="Third?"), ben, now=now)
    assert texts(asked_at(webinar).open) == ["Third?", "First?", "Second?"]


def test_the_same_text_twice_is_one_question_and_a_sixth_open_one_is_refused(anna, ben, now):
    for number in range(5):
        ask(anna, f"{number}?", now=now)
    assert ask(anna, "0?", now=now).text == "0?"
    with pytest.raises(TooManyOpen):
        ask(anna, "5?", now=now)
    ask(ben, "0?", now=now)
    settle(AskedQuestion.objects.get(text="1?"), Settled.ANSWERED, now=now)
    ask(anna, "5?", now=now)
    assert AskedQuestion.objects.count() == 7


def test_the_table_refuses_a_second_vote_and_a_hiding_without_a_reason(anna, ben, now):
    question = ask(anna, "Why?", now=now)
    vote(question, ben, now=now)
    vote(question, ben, now=now)
    assert Vote.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(question=question, registration=ben)
    with pytest.raises(IntegrityError), transaction.atomic():
        settle(question, Settled.HIDDEN, now=now)


def test_one_asks_from_registration_until_a_day_after_the_end(webinar, anna, now):
    ask(anna, "Late?", now=webinar.ends_at + DAY - SECOND)
    with pytest.raises(AskingClosed):
        ask(anna, "Too late?", now=webinar.ends_at + DAY)


def test_nobody_asks_or_votes_who_has_cancelled_or_once_it_is_called_off(webinar, anna, ben, now):
    question = ask(anna, "Why?", now=now)
    cancel(webinar, ben.person, now=now)
    for do in (lambda: ask(ben, "And?", now=now), lambda: vote(question, ben, now=now)):
        with pytest.raises(AskingClosed):
            do()
    Webinar.objects.filter(pk=webinar.pk).update(called_off_at=now)
    anna.refresh_from_db()
    with pytest.raises(AskingClosed):
        ask(anna, "And?", now=now)


def test_nobody_votes_for_a_question_of_another_webinar(anna, now):
    with pytest.raises(Refusal):
        vote(question_to(dated_webinar(now=now)), anna, now=now)


def test_questions_and_votes_go_with_the_account(anna, ben, now):
    question = ask(anna, "Why?", now=now)
    vote(question, ben, now=now)
    ben.person.delete()
    assert not Vote.objects.exists()
    anna.person.delete()
    assert not AskedQuestion.objects.exists()


# -- The page ------------------------------------------------------------------------------------------------------


def address_of(webinar):
    return reverse("webinar_questions", args=[webinar.page.slug])


def test_who_is_registered_asks_and_others_vote_without_reading_who_asked(client, webinar, anna, ben):
    client.force_login(anna.person)
    assert address_of(webinar) in client.get(webinar.page.url).content.decode()
    text = client.post(address_of(webinar), {"text": " Which \n genes? "}, follow=True).content.decode()
    assert "Which genes?" in text
    assert "Vote for it" not in text
    client.force_login(ben.person)
    assert "Learner One" not in client.get(address_of(webinar)).content.decode()
    to = reverse("vote_for_question", args=[webinar.page.slug, AskedQuestion.objects.get().pk])
    assert "Take my vote back" in client.post(to, follow=True).content.decode()
    assert "Vote for it" in client.post(to, {"back": "1"}, follow=True).content.decode()


@pytest.mark.parametrize(("text", "said"), [("", "This field is required."), ("x" * 301, "at most 300 characters")])
def test_what_is_no_question_is_refused_with_the_reason(client, webinar, anna, text, said):
    client.force_login(anna.person)
    assert said in client.post(address_of(webinar), {"text": text}).content.decode()
    assert not AskedQuestion.objects.exists()


def test_who_is_not_registered_is_led_to_the_registration(client, webinar):
    client.force_login(UserFactory())
    assert client.get(address_of(webinar))["Location"] == f"{webinar.page.url}#seat"
    assert address_of(webinar) not in client.get(webinar.page.url).content.decode()


def test_a_hidden_question_is_read_by_its_author_alone_with_the_reason(client, webinar, anna, ben, now):
    question = ask(anna, "What is wrong with a patient of mine?", now=now)
    settle(question, Settled.HIDDEN, "It points to a patient.", now=now)
    client.force_login(anna.person)
    assert "It points to a patient." in client.get(address_of(webinar)).content.decode()
    client.force_login(ben.person)
    assert "patient of mine" not in client.get(address_of(webinar)).content.decode()
    assert client.post(reverse("vote_for_question", args=[webinar.page.slug, question.pk])).status_code == 404


def test_two_questions_cost_as_many_queries_as_twenty(client, webinar, anna):
    client.force_login(anna.person)

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(address_of(webinar)).status_code == 200
        return len(found)

    for number in range(20):
        question_to(webinar, f"{number}?")
        if number == 1:
            asked()
            few = asked()
    assert asked() == few
