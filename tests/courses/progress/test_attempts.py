"""Quizzes as they are taken: begun, left and come back to, handed in, in time or too late."""

import gzip
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import Locale, Revision

from courses.assessments.errors import NoAttemptsLeft
from courses.assessments.models import Attempt, Question, QuizPage, QuizPool, QuizQuestion, QuizStanding, Response
from courses.progress.services import attempt_at, begin_quiz, submit_quiz
from courses.progress.tasks import hand_in_overdue_attempts
from tests.factories.assessments import (
    QuestionFactory,
    choice_task,
    quiz_of_every_kind,
    quiz_with_questions,
)
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import NOW, enrolled, right_answers, take_quiz
from tests.worn_style import without_style

pytestmark = pytest.mark.django_db
SECRETS = ("Said of", "So it is", "Not so", "is_correct", "choice--right", "feedback")


@pytest.fixture
def enrolment(module):
    return enrolled(module.get_parent().specific)


@pytest.fixture
def learner(client, enrolment):
    client.force_login(enrolment.learner)
    return enrolment.learner


def set_up(quiz: QuizPage, **fields) -> QuizPage:
    for name, value in fields.items():
        setattr(quiz, name, value)
    quiz.save()
    return QuizPage.objects.get(pk=quiz.pk)


def answers_to(quiz: QuizPage, *options: str) -> dict[str, str]:
    uses = quiz.quiz_questions.order_by("sort_order")
    return {f"q{use.question_id}": option for use, option in zip(uses, options, strict=False)}


def send(client, quiz, **data):
    return client.post(reverse("answer_quiz", args=[quiz.pk]), data, follow=True)


def text_of(answer) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


# -- Opening ------------------------------------------------------------------------------------------------------


def test_looking_at_a_quiz_opens_one_attempt_however_often(client, learner, quiz):
    for _visit in range(3):
        assert 'data-action="submit-quiz"' in client.get(quiz.url).content.decode()
    attempt = Attempt.objects.get()
    assert (attempt.is_open, attempt.number, attempt.points_possible) == (True, 1, 2)
    assert [response.revision_id for response in attempt.responses.all()] == list(
        Question.objects.order_by("pk").values_list("live_revision_id", flat=True)
    )


def test_an_attempt_that_costs_something_is_begun_by_a_button(client, learner, quiz):
    set_up(quiz, max_attempts=2)
    page = client.get(quiz.url)
    assert "2 attempts are left" in text_of(page)
    assert "Question 1" not in text_of(page)
    assert not Attempt.objects.exists()
    begun = client.post(reverse("begin_quiz", args=[quiz.pk]), follow=True)
    assert "Question 1 of 2" in text_of(begun)
    client.post(reverse("begin_quiz", args=[quiz.pk]))
    assert Attempt.objects.count() == 1


def test_the_button_that_begins_carries_what_a_form_must(enrolment, quiz):
    set_up(quiz, max_attempts=1)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(enrolment.learner)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', strict.get(quiz.url).content.decode())[1]
    strict.post(reverse("begin_quiz", args=[quiz.pk]), {"csrfmiddlewaretoken": token})
    assert Attempt.objects.get().is_open


def test_who_is_not_enrolled_begins_nothing(client, quiz):
    client.force_login(enrolled(course_with_lessons(1)).learner)
    assert client.post(reverse("begin_quiz", args=[quiz.pk])).url == quiz.url
    assert not Attempt.objects.exists()


def test_there_is_one_open_attempt_at_a_time(enrolment, quiz):
    attempt = begin_quiz(enrolment, quiz, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(enrolment=enrolment, quiz=attempt.quiz, number=2, points_possible=1, pass_mark_percent=1)


def test_what_is_not_handed_in_has_not_passed(enrolment, quiz):
    begin_quiz(enrolment, quiz, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.update(has_passed=True)


def test_attempts_end_when_all_are_used(client, enrolment, learner, quiz):
    quiz = set_up(quiz, max_attempts=2)
    take_quiz(enrolment, quiz, {})
    take_quiz(enrolment, quiz, right_answers(quiz))
    with pytest.raises(NoAttemptsLeft):
        begin_quiz(enrolment, quiz, now=NOW)
    page = client.get(quiz.url)
    assert "No attempt is left" in text_of(page)
    assert 'data-action="begin-quiz"' not in page.content.decode()
    assert f'href="{reverse("attempt", args=[Attempt.objects.get(number=2).pk])}"' in page.content.decode()
    refused = client.post(reverse("begin_quiz", args=[quiz.pk]), follow=True)
    assert "You have used every attempt" in text_of(refused)
    assert "Try again" not in text_of(client.get(reverse("attempt", args=[Attempt.objects.first().pk])))


# -- Draws --------------------------------------------------------------------------------------------------------


def test_each_attempt_draws_from_the_pools(enrolment, module):
    quiz = quiz_with_questions(1, module=module)
    for number in range(8):
        QuizQuestion.objects.create(page=quiz, question=QuestionFactory(), pool="cases", sort_order=number + 1)
    QuizPool.objects.create(page=quiz, name="cases", draws=2)
    drawn = set()
    for _attempt in range(12):
        attempt = take_quiz(enrolment, quiz, {})
        asked = [response.question_id for response in attempt.responses.all()]
        assert (len(asked), asked[0], attempt.points_possible) == (3, quiz.quiz_questions.first().question_id, 3)
        drawn |= set(asked)
    assert len(drawn) > 3  # twelve draws of the same two of eight: one in 28 to the eleventh


def test_options_are_shuffled_for_each_attempt_and_stay_so_within_it(client, learner, module):
    quiz = quiz_with_questions(0, module=module, shuffles_options=True)
    options = [f"o{number} text" for number in range(12)]
    question = QuestionFactory(task=choice_task("single", *options, correct=(0,)))
    QuizQuestion.objects.create(page=quiz, question=question, sort_order=0)

    def order() -> list[str]:
        return re.findall(r'value="(o\d+)"', client.get(quiz.url).content.decode())

    first = order()
    assert first == order()
    assert sorted(first) == sorted(option.split()[0] for option in options)
    send(client, quiz, **{f"q{question.pk}": "o0"})
    assert Attempt.objects.handed_in().get().points == 1
    assert order() != first


def test_an_attempt_asks_each_question_as_it_stood_when_it_was_begun(client, learner, quiz):
    question = Question.objects.order_by("pk").first()
    client.get(quiz.url)
    send(client, quiz, save="1", **answers_to(quiz, "right"))
    question.refresh_from_db()
    question.stem = "Asked in other words?"
    question.task = choice_task("single", "other answer", "wrong answer", correct=(0,))
    question.save_revision().publish()
    page = client.get(quiz.url)
    assert "Asked in other words?" not in text_of(page)
    assert page.content.decode().count("checked") == 1
    marked = send(client, quiz, **answers_to(quiz, "right", "right"))
    assert "2 of 2 points" in text_of(marked)


def test_the_question_as_it_was_asked_cannot_be_purged(enrolment, quiz):
    attempt = take_quiz(enrolment, quiz, {})
    question = attempt.responses.first().question
    question.save_revision().publish()
    with pytest.raises(Exception, match="protected"):
        Revision.objects.get(pk=attempt.responses.first().revision_id).delete()


def test_what_nothing_is_filled_in_of_is_drawn_anew_when_the_quiz_has_changed(client, learner, quiz):
    client.get(quiz.url)
    question = Question.objects.order_by("pk").first()
    question.stem = "Asked in other words?"
    question.save_revision().publish()
    assert "Asked in other words?" in text_of(client.get(quiz.url))
    QuizQuestion.objects.create(page=quiz, question=QuestionFactory(), sort_order=9)
    assert "Question 3 of 3" in text_of(client.get(quiz.url))
    assert [attempt.number for attempt in Attempt.objects.all()] == [1]


def test_what_has_cost_an_attempt_is_never_drawn_anew(client, enrolment, learner, quiz):
    set_up(quiz, max_attempts=1)
    client.post(reverse("begin_quiz", args=[quiz.pk]))
    QuizQuestion.objects.create(page=quiz, question=QuestionFactory(), sort_order=9)
    assert "Question 2 of 2" in text_of(client.get(quiz.url))


def test_in_a_translated_course_the_first_language_says_how_a_quiz_is_taken(enrolment, quiz):
    french = Locale.objects.create(language_code="fr")
    course = quiz.get_parent().get_parent()
    for page in (course.get_parent().get_parent(), course.get_parent(), course, quiz.get_parent(), quiz):
        page.specific.copy_for_translation(french).save_revision().publish()
    translated = quiz.get_translation(french)
    for use in translated.quiz_questions.all():
        use.question.save_revision().publish()
    set_up(quiz, max_attempts=1)
    take_quiz(enrolment, QuizPage.objects.get(pk=translated.pk), {})
    with pytest.raises(NoAttemptsLeft):
        begin_quiz(enrolment, QuizPage.objects.get(pk=quiz.pk), now=NOW)


# -- Leaving and coming back --------------------------------------------------------------------------------------


def test_what_is_filled_in_is_still_there_after_leaving(client, learner, module):
    quiz = quiz_of_every_kind(module=module)
    client.get(quiz.url)
    questions = {question.kind: question.pk for question in Question.objects.all()}
    filled_in = {
        f"q{questions['numeric']}": "0.4",
        f"q{questions['true_false']}": "true",
        f"q{questions['pedigree']}": ["AR", "MT"],
        f"q{questions['ordering']}_0": "2",
        f"q{questions['hgvs']}": "c.6<dup",
    }
    answer = send(client, quiz, save="1", **filled_in)
    assert "Your answers are saved." in text_of(answer)
    page = client.get(quiz.url).content.decode()
    assert page.count("checked") == 3
    assert 'value="0.4"' in page
    assert 'value="c.6&lt;dup"' in page
    assert 'value="2" selected' in page
    assert "has no place yet" not in page  # nobody is scolded for what is not finished
    assert Attempt.objects.get().is_open


def test_a_script_is_told_in_a_word_whether_the_answers_are_kept(client, learner, quiz):
    client.get(quiz.url)
    address, data = reverse("answer_quiz", args=[quiz.pk]), {"save": "1", **answers_to(quiz, "wrong")}
    answer = client.post(address, data, headers={"accept": "application/json"})
    assert (answer.status_code, answer.content) == (204, b"")
    attempt = Attempt.objects.get()
    assert attempt.draft == {name: ["wrong"] for name in answers_to(quiz, "wrong")}
    Attempt.objects.update(due_at=timezone.now() - timedelta(minutes=5))
    data["attempt"] = attempt.pk
    assert client.post(address, data, headers={"accept": "application/json"}).status_code == 409


def test_what_could_not_be_handed_in_is_kept(client, learner, module):
    quiz = quiz_of_every_kind(module=module)
    client.get(quiz.url)
    ordering = Question.objects.get(kind="ordering").pk
    answer = send(client, quiz, **{f"q{ordering}_{place}": "1" for place in range(3)})
    assert "Your answers are kept." in text_of(answer)
    assert client.get(quiz.url).content.decode().count('value="1" selected') == 3


@pytest.mark.parametrize(
    "hostile",
    [
        {"q1": "x" * 3_000},
        {"q999999": "right"},
        {"q1_1_1": "x", "submit": "x", "q": "x", "Q1": "x", "q1 ": "x"},
        {f"q1_{number}": "x" for number in range(900)},
    ],
)
def test_nothing_is_kept_that_no_browser_sends(client, learner, quiz, hostile):
    client.get(quiz.url)
    first = Question.objects.order_by("pk").first().pk
    send(client, quiz, save="1", **{name.replace("q1", f"q{first}"): value for name, value in hostile.items()})
    kept = Attempt.objects.get().draft
    assert all(len(value) <= 2_500 for values in kept.values() for value in values)
    assert all(re.fullmatch(rf"q{first}(_\d+)?", name) for name in kept)
    assert len(kept) <= 2


# -- What an open attempt gives away ------------------------------------------------------------------------------


def test_no_answer_to_an_open_attempt_gives_a_key_away(client, learner, enrolment, quiz):
    set_up(quiz, feedback=QuizPage.Feedback.WHEN_OVER, max_attempts=5)
    begin, answers = reverse("begin_quiz", args=[quiz.pk]), reverse("answer_quiz", args=[quiz.pk])
    wrong = answers_to(quiz, "wrong", "wrong")
    heard = [client.get(quiz.url), client.post(begin), client.post(begin, follow=True), client.get(quiz.url)]
    heard += [client.post(answers, {"save": "1", **wrong}, follow=True), client.post(answers, {**wrong, **wrong})]
    marked = reverse("attempt", args=[Attempt.objects.get().pk])
    heard += [client.get(marked), client.post(begin, follow=True), client.get(marked), client.get(quiz.url)]
    heard += [client.post(answers, {"attempt": Attempt.objects.first().pk, **wrong}, follow=True)]
    heard += [client.post(answers, {"save": "1", **wrong}, headers={"accept": "application/json"})]
    heard += [client.get("/my/"), client.get(quiz.get_parent().get_parent().url), client.get(marked)]
    for answer in heard:
        for secret in SECRETS:
            assert secret not in without_style(answer.content.decode()), (answer.request["PATH_INFO"], secret)
    assert "Reasons and right answers are shown once you have passed" in text_of(client.get(marked))
    take_quiz(enrolment, QuizPage.objects.get(pk=quiz.pk), right_answers(quiz), now=timezone.now())
    assert "Said of wrong answer." in text_of(client.get(marked))


def test_reasons_are_shown_when_no_attempt_is_left(client, learner, enrolment, quiz):
    quiz = set_up(quiz, feedback=QuizPage.Feedback.WHEN_OVER, max_attempts=1)
    attempt = take_quiz(enrolment, quiz, {})
    assert "So it is" not in text_of(client.get(reverse("attempt", args=[attempt.pk])))
    assert "Not so." in text_of(client.get(reverse("attempt", args=[attempt.pk])))


def test_an_open_attempt_has_no_page_of_its_own(client, learner, enrolment, quiz):
    attempt = attempt_at(enrolment, quiz, now=NOW)
    assert client.get(reverse("attempt", args=[attempt.pk])).status_code == 404


# -- The clock ----------------------------------------------------------------------------------------------------


@pytest.fixture
def timed(quiz):
    return set_up(quiz, time_limit_minutes=20)


def test_time_is_told_before_and_while_it_runs(client, learner, timed):
    assert "An attempt takes at most 20 minutes." in text_of(client.get(timed.url))
    page = client.post(reverse("begin_quiz", args=[timed.pk]), follow=True)
    assert "in about 20 minutes." in text_of(page)
    attempt = Attempt.objects.get()
    assert attempt.due_at - attempt.opened_at == timedelta(minutes=20)


def test_a_form_that_arrives_within_the_grace_is_taken(client, learner, timed):
    client.post(reverse("begin_quiz", args=[timed.pk]))
    Attempt.objects.update(due_at=timezone.now() - timedelta(seconds=30))
    send(client, timed, **answers_to(timed, "right", "right"))
    assert Attempt.objects.get().has_passed


def test_a_form_that_arrives_too_late_is_not_and_what_was_saved_is_handed_in(client, learner, timed):
    client.post(reverse("begin_quiz", args=[timed.pk]))
    send(client, timed, save="1", **answers_to(timed, "right"))
    due = timezone.now() - timedelta(minutes=2)
    Attempt.objects.update(due_at=due)
    number = Attempt.objects.get().pk
    answer = send(client, timed, attempt=number, **answers_to(timed, "right", "right"))
    assert "Time was up before your answers arrived." in text_of(answer)
    attempt = Attempt.objects.get()
    assert (attempt.points, attempt.submitted_at) == (1, due)


def test_coming_back_after_time_was_up_shows_what_was_handed_in(client, learner, timed):
    client.post(reverse("begin_quiz", args=[timed.pk]))
    Attempt.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    page = client.get(timed.url)
    assert "What you have handed in" in text_of(page)
    assert Attempt.objects.get().submitted_at


def test_a_sweep_hands_in_what_is_overdue_and_only_that(enrolment, timed, quiz):
    overdue = begin_quiz(enrolment, timed, now=NOW)
    other = begin_quiz(enrolled(quiz.get_parent().get_parent().specific), timed, now=timezone.now())
    first = overdue.responses.first().question_id
    Attempt.objects.filter(pk=overdue.pk).update(draft={f"q{first}": ["right"], "q1_0": ["nonsense"]})
    for _again in range(2):
        hand_in_overdue_attempts()
    overdue.refresh_from_db()
    other.refresh_from_db()
    assert (overdue.points, overdue.submitted_at, other.is_open) == (1, overdue.due_at, True)
    assert QuizStanding.objects.get(enrolment=enrolment).attempts == 1


def test_an_attempt_that_cannot_be_marked_keeps_no_other_back(enrolment, timed, caplog):
    broken = begin_quiz(enrolment, timed, now=NOW)
    other = begin_quiz(enrolled(timed.get_parent().get_parent().specific), timed, now=NOW + timedelta(minutes=1))
    Attempt.objects.filter(pk=broken.pk).update(draft=["no fields"])
    hand_in_overdue_attempts()
    other.refresh_from_db()
    assert not other.is_open
    assert "could not be handed in" in caplog.text


# -- Handing in ---------------------------------------------------------------------------------------------------


def test_a_pass_mark_lowered_meanwhile_holds_and_a_higher_one_does_not(enrolment, quiz):
    attempt = begin_quiz(enrolment, quiz, now=NOW)
    Attempt.objects.update(pass_mark_percent=50)
    half = dict(list(right_answers(quiz).items())[:1])
    assert submit_quiz(enrolment, attempt.pk, half, now=NOW).has_passed


def test_a_submission_of_twenty_answers_is_one_transaction_of_few_statements(enrolment, module):
    quiz = quiz_of_every_kind(20, module=module)
    attempt = begin_quiz(enrolment, quiz, now=NOW)
    answers = right_answers(quiz)
    broken_at = []

    def fail_at_the_end(execute, sql, params, many, context):
        if "enrolment_enrolment" in sql and sql.startswith("UPDATE"):
            broken_at.append(sql)
            raise RuntimeError("the line to the database is cut")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail_at_the_end), pytest.raises(RuntimeError):
        submit_quiz(enrolment, attempt.pk, answers, now=NOW)
    assert broken_at
    attempt.refresh_from_db()
    assert attempt.is_open
    assert not Response.objects.exclude(score_fraction=0).exists()
    assert not QuizStanding.objects.exists()
    with CaptureQueriesContext(connection) as queries:
        submit_quiz(enrolment, attempt.pk, answers, now=NOW)
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 15, statements
    assert Attempt.objects.get().points == 20


def test_a_page_of_twenty_questions_is_small_the_first_time_and_after(client, module):
    quiz = quiz_of_every_kind(20, module=module)
    for question in Question.objects.all():
        question.save_revision().publish()
    course = module.get_parent().specific
    client.force_login(enrolled(course).learner)
    client.get(course.url)  # which caches what every page needs
    for most in (20, 14):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(quiz.url)
        statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(statements) <= most, statements
        assert len(gzip.compress(page.content)) <= 30_000
