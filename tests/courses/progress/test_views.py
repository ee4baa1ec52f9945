import gzip
import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.assessments.models import Attempt, Question, QuizPage, QuizQuestion
from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage
from courses.progress.models import Completion
from courses.progress.services import attempt_at, begin_quiz, mark_lesson_done, submit_quiz
from tests.factories.accounts import NewcomerFactory, UserFactory
from tests.factories.assessments import MultipleQuestionFactory, quiz_of_every_kind, quiz_with_questions
from tests.factories.catalogue import CoursePageFactory
from tests.factories.lessons import LessonPageFactory, course_with_lessons
from tests.factories.progress import NOW, complete_course, enrolled, right_answers, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """A course of one module: two lessons and a quiz of two questions."""
    course = course_with_lessons(2)
    quiz_with_questions(2, module=course.get_children().first().specific)
    return course


@pytest.fixture
def lessons(course):
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


@pytest.fixture
def quiz(course):
    return QuizPage.objects.descendant_of(course).get()


@pytest.fixture
def enrolment(course):
    return enrolled(course, now=timezone.now())


@pytest.fixture
def learner(client, enrolment):
    client.force_login(enrolment.learner)
    return enrolment.learner


def text_of(answer) -> str:
    """Return what a reader of the page reads, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def attempt_in(answer) -> str:
    return re.search(r'name="attempt" value="([^"]+)"', answer.content.decode())[1]


# -- Enrolling and leaving ----------------------------------------------------------------------------------------


def test_enrolling_leads_to_the_first_lesson(client, course, lessons):
    client.force_login(UserFactory())
    answer = client.post(reverse("enrol", args=[course.pk]))
    assert (answer.status_code, answer.url) == (302, lessons[0].url)


def test_a_double_click_on_enrol_is_one_enrolment_and_no_error(client, course):
    client.force_login(UserFactory())
    answers = [client.post(reverse("enrol", args=[course.pk])) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Enrolment.objects.count() == 1


def test_a_newcomer_is_asked_for_name_and_country_once(client, course, lessons):
    newcomer = NewcomerFactory()
    client.force_login(newcomer)
    address = reverse("enrol", args=[course.pk])
    asked = client.post(address)
    assert asked.status_code == 200
    assert b'name="name"' in asked.content
    assert b'data-action="enrol"' in asked.content
    answer = client.post(address, {"name": "Łukasz Example", "country": "NP"})
    assert answer.url == lessons[0].url
    newcomer.refresh_from_db()
    assert (newcomer.name, newcomer.country.code) == ("Łukasz Example", "NP")
    other = course_with_lessons(1)
    assert client.post(reverse("enrol", args=[other.pk])).status_code == 302


@pytest.mark.parametrize(
    "details", [{"name": "", "country": "NP"}, {"name": "A", "country": ""}, {"name": "A" * 121, "country": "NP"}]
)
def test_details_that_cannot_be_taken_are_explained_and_save_nothing(client, course, details):
    newcomer = NewcomerFactory()
    client.force_login(newcomer)
    answer = client.post(reverse("enrol", args=[course.pk]), details)
    assert answer.status_code == 200
    assert b'aria-invalid="true"' in answer.content
    newcomer.refresh_from_db()
    assert (newcomer.name, newcomer.country.code or "") == ("", "")
    assert not Enrolment.objects.exists()


def test_signing_in_on_the_way_leads_back_to_enrolling(client, course):
    address = reverse("enrol", args=[course.pk])
    assert client.post(address).url == f"/accounts/login/?next={address}"
    client.force_login(UserFactory())
    assert b'data-action="enrol"' in client.get(address).content


def test_a_course_without_lessons_says_so(client):
    course = CoursePageFactory()
    client.force_login(UserFactory())
    answer = client.post(reverse("enrol", args=[course.pk]))
    assert answer.url == course.url
    assert "no lessons yet" in str(next(iter(get_messages(answer.wsgi_request))))


def test_leaving_asks_first_and_may_be_pressed_twice(client, course, learner):
    address = reverse("withdraw", args=[course.pk])
    assert b'data-action="withdraw"' in client.get(address).content
    assert Enrolment.objects.get().state == "active"
    assert [client.post(address).url for _click in range(2)] == [course.url, course.url]
    assert Enrolment.objects.get().state == "withdrawn"


def test_nobody_leaves_a_course_they_are_not_in(client, course):
    client.force_login(UserFactory())
    assert client.post(reverse("withdraw", args=[course.pk])).status_code == 404


# -- Lessons ------------------------------------------------------------------------------------------------------


def test_a_lesson_done_leads_to_the_next_step(client, learner, lessons, quiz):
    assert client.post(reverse("mark_done", args=[lessons[0].pk])).url == lessons[1].url
    assert client.post(reverse("mark_done", args=[lessons[1].pk])).url == quiz.url


def test_a_lesson_done_twice_is_done_once(client, learner, lessons):
    for _click in range(2):
        assert client.post(reverse("mark_done", args=[lessons[0].pk])).status_code == 302
    assert Enrolment.objects.get().lessons_done == 1


def test_the_last_step_says_that_the_course_is_complete(client, learner, enrolment, lessons, quiz):
    take_quiz(enrolment, quiz, right_answers(quiz), now=timezone.now())
    mark_lesson_done(enrolment, lessons[0], now=timezone.now())
    answer = client.post(reverse("mark_done", args=[lessons[1].pk]), follow=True)
    assert "You have completed the course." in text_of(answer)
    assert Completion.objects.count() == 1


def test_who_is_not_enrolled_marks_nothing_and_is_shown_the_way(client, course, lessons):
    client.force_login(UserFactory())
    answer = client.post(reverse("mark_done", args=[lessons[0].pk]), follow=True)
    assert answer.redirect_chain[-1][0] == course.url


def test_coming_back_from_the_sign_in_leads_to_the_lesson(client, learner, lessons, quiz):
    assert client.get(reverse("mark_done", args=[lessons[0].pk])).url == lessons[0].url
    assert client.get(reverse("answer_quiz", args=[quiz.pk])).url == quiz.url


def test_a_lesson_shows_what_is_done_and_why_the_course_is_not_complete(client, learner, enrolment, lessons):
    mark_lesson_done(enrolment, lessons[0], now=timezone.now())
    text = text_of(client.get(lessons[1].url))
    assert "Why is this not complete yet?" in text
    assert "2 steps of the course are missing" in text
    assert "1 of 2 lessons, 33 %" in text
    assert 'data-action="done"' in client.get(lessons[1].url).content.decode()
    assert 'data-action="done"' not in client.get(lessons[0].url).content.decode()


def test_a_quiz_tells_and_asks_for_the_mark_of_its_own_that_the_learner_enrolled_under(client, course, quiz):
    quiz.pass_mark_percent = 60
    quiz.save_revision().publish()
    newcomer = enrolled(course)
    quiz.pass_mark_percent = 95
    quiz.save_revision().publish()
    client.force_login(newcomer.learner)
    assert "The pass mark is 60 % of the points." in text_of(client.get(quiz.url))
    half = dict(list(right_answers(quiz).items())[:1])
    attempt = take_quiz(newcomer, quiz, half, now=timezone.now())
    assert "Not passed: the pass mark is 60 %." in text_of(client.get(reverse("attempt", args=[attempt.pk])))
    assert "Pass the quiz with 60 %" in text_of(client.get(course.url))


def test_the_course_page_says_why_it_is_not_complete_with_a_link_to_each_thing(
    client, learner, enrolment, lessons, quiz
):
    half = dict(list(right_answers(quiz).items())[:1])
    take_quiz(enrolment, quiz, half, now=timezone.now())
    mark_lesson_done(enrolment, lessons[0], now=timezone.now())
    answer = client.get(lessons[0].get_parent().get_parent().url)
    assert "2 steps to go, about 15 minutes. What is missing?" in text_of(answer)
    assert "Pass the quiz with 70 %, 5 min; your best result is 50 %" in text_of(answer)
    assert answer.content.decode().count(f'href="{lessons[1].url}"') >= 2  # in the syllabus and in the list


def test_what_is_not_asked_for_says_so(client, learner, enrolment, course, lessons, quiz):
    lessons[1].is_optional = True
    lessons[1].save_revision().publish()
    quiz.is_graded = False
    quiz.save_revision().publish()
    added = LessonPageFactory(parent=course.get_children().first())
    text = text_of(client.get(course.url))
    assert f"{lessons[1].title} Optional" in text
    assert f"{quiz.title} For practice · not required" in text
    assert f"{added.title} New since you enrolled · not required" in text
    assert "New since you enrolled · not required" in text_of(client.get(added.url))
    assert "Completing the course does not ask for it" in text_of(client.get(added.url))


def test_a_reader_who_is_not_enrolled_is_told_what_is_optional_and_nothing_of_what_is_new(client, course, lessons):
    lessons[1].is_optional = True
    lessons[1].save_revision().publish()
    text = text_of(client.get(course.url))
    assert f"{lessons[1].title} Optional" in text
    assert "What is marked as optional or for practice is not asked for." in text
    assert "since you enrolled" not in text


# -- Quizzes ------------------------------------------------------------------------------------------------------


def answers_to(quiz, *options: str) -> dict[str, str]:
    questions = [use.question_id for use in quiz.quiz_questions.order_by("sort_order")]
    return {f"q{pk}": option for pk, option in zip(questions, options, strict=False)}


def hand_in(client, quiz, **data):
    return client.post(reverse("answer_quiz", args=[quiz.pk]), data, follow=True)


def test_the_key_of_a_quiz_does_not_reach_the_browser_before_it_is_handed_in(client, learner, quiz):
    page = client.get(quiz.url).content.decode()
    assert "right answer" in page
    for secret in ("Said of", "So it is", "Not so", "is_correct", "choice--right", "checked"):
        assert secret not in page


def test_a_marked_quiz_says_what_was_right_and_why(client, learner, quiz):
    answer = hand_in(client, quiz, **answers_to(quiz, "right", "wrong"))
    text = text_of(answer)
    assert answer.redirect_chain[-1][0] == reverse("attempt", args=[Attempt.objects.get().pk])
    for words in (
        "50 %",
        "1 of 2 points. Not passed: the pass mark is 70 %. Attempt 1.",
        "right answer Chosen, right",
        "wrong answer Chosen, not right",
        "right answer Right, not chosen",
        "So it is.",
        "Not so.",
        "Said of wrong answer.",
        "Try again",
    ):
        assert words in text
    assert "Said of worse answer." not in text


def test_what_was_left_open_counts_as_wrong_and_is_told(client, learner, quiz):
    text = text_of(hand_in(client, quiz, **answers_to(quiz, "right")))
    assert "You left 1 question open; it earned no points." in text
    assert Attempt.objects.get().points == 1


def test_a_passed_quiz_leads_on(client, learner, quiz, lessons):
    answer = hand_in(client, quiz, **answers_to(quiz, "right", "right"))
    assert "Passed: the pass mark is 70 %." in text_of(answer)
    assert f'href="{lessons[0].url}"' in answer.content.decode()  # not read yet, so that is what comes next


def test_a_double_click_on_hand_in_is_one_attempt(client, learner, quiz):
    attempt = attempt_in(client.get(quiz.url))
    for _click in range(2):
        answer = hand_in(client, quiz, attempt=attempt, **answers_to(quiz, "right"))
        assert answer.redirect_chain[-1][0] == reverse("attempt", args=[attempt])
    assert Attempt.objects.count() == 1


def test_going_back_and_changing_an_answer_changes_nothing_and_says_so(client, learner, quiz):
    attempt = attempt_in(client.get(quiz.url))
    hand_in(client, quiz, attempt=attempt, **answers_to(quiz, "wrong", "wrong"))
    answer = hand_in(client, quiz, attempt=attempt, **answers_to(quiz, "right", "right"))
    assert "This attempt is handed in already." in text_of(answer)
    assert [attempt.has_passed for attempt in Attempt.objects.all()] == [False]


def test_several_answers_may_be_chosen(client, learner, quiz):
    question = MultipleQuestionFactory()
    QuizQuestion.objects.create(page=quiz, question=question, sort_order=9)
    data = {f"q{question.pk}": ["first", "second"]}
    hand_in(client, quiz, **data)
    assert Attempt.objects.get().points == 1


@pytest.mark.parametrize("number", ["9" * 30, "0", "-1", "no number", ""])
def test_a_form_with_a_number_of_no_attempt_of_theirs_hands_in_nothing_of_anybodys(client, learner, quiz, number):
    others = begin_quiz(enrolled(quiz.get_parent().get_parent().specific), quiz, now=NOW)
    client.post(reverse("answer_quiz", args=[quiz.pk]), {"attempt": number, **answers_to(quiz, "right")})
    client.post(reverse("answer_quiz", args=[quiz.pk]), {"attempt": others.pk, **answers_to(quiz, "right")})
    others.refresh_from_db()
    assert others.is_open
    assert others.draft == {}


def test_an_option_that_is_gone_is_pointed_out_and_the_rest_is_kept(client, learner, quiz):
    answer = client.post(reverse("answer_quiz", args=[quiz.pk]), {**answers_to(quiz, "gone", "right")})
    assert "This question has changed since you opened the quiz. Choose again." in text_of(answer)
    assert answer.content.decode().count("checked") == 1
    assert not Attempt.objects.handed_in().exists()


def test_a_marked_attempt_is_nobody_elses_business(client, learner, quiz):
    hand_in(client, quiz, **answers_to(quiz, "right"))
    address = reverse("attempt", args=[Attempt.objects.get().pk])
    client.logout()
    assert client.get(address).url == f"/accounts/login/?next={address}"
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404


def test_a_marked_attempt_shows_the_question_as_it_was_asked(client, learner, quiz):
    question = Question.objects.order_by("pk").first()
    question.save_revision().publish()
    hand_in(client, quiz, **answers_to(quiz, "right"))
    question.refresh_from_db()
    question.stem = "Asked in other words?"
    question.save_revision().publish()
    text = text_of(client.get(reverse("attempt", args=[Attempt.objects.get().pk])))
    assert "Question number" in text
    assert "Asked in other words?" not in text


@pytest.mark.parametrize("count", [2, 20])
def test_a_quiz_of_twenty_questions_asks_the_database_little(client, enrolment, course, count):
    quiz = QuizPage.objects.descendant_of(course).get()
    quiz.delete()
    quiz = quiz_with_questions(count, module=course.get_children().first().specific)
    client.force_login(enrolment.learner)
    client.get(quiz.url)
    with CaptureQueriesContext(connection) as queries:
        client.get(quiz.url)
    assert len(queries) <= 14
    hand_in(client, quiz, **answers_to(quiz, *["right"] * count))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("attempt", args=[Attempt.objects.get().pk]))
    assert len(queries) <= 12


def test_twenty_questions_of_every_kind_keep_the_page_small_and_the_submission_short(client, enrolment, course, quiz):
    quiz.delete()
    quiz = quiz_of_every_kind(20, module=course.get_children().first().specific)
    client.force_login(enrolment.learner)
    client.get(quiz.url)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(quiz.url)
    assert len(queries) <= 20
    assert len(gzip.compress(page.content)) <= 30_000
    answers = right_answers(quiz)
    attempt = attempt_at(enrolment, quiz, now=timezone.now())
    with CaptureQueriesContext(connection) as queries:
        submit_quiz(enrolment, attempt.pk, answers, now=timezone.now())
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) <= 15
    attempt = Attempt.objects.get()
    assert attempt.points == attempt.points_possible == 20
    assert client.get(reverse("attempt", args=[attempt.pk])).status_code == 200


def test_pages_of_every_kind_are_valid_html_asked_refused_and_marked(client, learner, quiz, course, validate_html):
    quiz.delete()
    quiz = quiz_of_every_kind(module=course.get_children().first().specific)
    ordering = quiz.quiz_questions.get(question__kind="ordering").question_id
    places = {f"q{ordering}_{n}": "1" for n in range(3)}
    asked = client.get(quiz.url)
    refused = client.post(reverse("answer_quiz", args=[quiz.pk]), {**places})
    marked = hand_in(client, quiz, **{f"q{ordering}_{n}": str(n + 1) for n in range(3)})
    assert "Place 1 is given to" in text_of(refused)
    assert refused.content.decode().count('value="1" selected') == 3
    assert Attempt.objects.handed_in().count() == 1
    assert [problem for page in (asked, refused, marked) for problem in validate_html(page.content.decode())] == []


# -- My learning --------------------------------------------------------------------------------------------------


def test_somebody_who_has_begun_nothing_is_shown_where_to_begin(client):
    client.force_login(UserFactory())
    answer = client.get(reverse("my_learning"))
    assert "You have not started a course" in text_of(answer)
    assert 'href="/courses/"' in answer.content.decode()


def test_my_learning_leads_on_and_says_what_is_missing(client, learner, enrolment, lessons):
    mark_lesson_done(enrolment, lessons[0], now=timezone.now())
    text = text_of(client.get(reverse("my_learning")))
    assert f"Go on where you stopped {lessons[1].title}" in text
    assert "2 steps to go, about 15 minutes. What is missing?" in text


def test_my_learning_lists_what_is_complete_and_hides_what_was_left(client, learner, enrolment, course):
    complete_course(enrolment, course)
    left = course_with_lessons(1, title="Left behind")
    enrolled(left, learner)
    Enrolment.objects.exclude(pk=enrolment.pk).update(state="withdrawn")
    text = text_of(client.get(reverse("my_learning")))
    assert "Complete since" in text
    assert "Left behind" not in text


def test_a_course_off_line_is_still_listed(client, learner, course):
    course.unpublish()
    assert "This course is not published at the moment." in text_of(client.get(reverse("my_learning")))


def test_my_learning_asks_as_much_for_two_courses_as_for_twenty(client):
    learner = UserFactory()
    client.force_login(learner)
    for _number in range(2):
        enrolled(course_with_lessons(2), learner)
    client.get(reverse("my_learning"))
    with CaptureQueriesContext(connection) as two:
        client.get(reverse("my_learning"))
    for _number in range(18):
        enrolled(course_with_lessons(2), learner)
    with CaptureQueriesContext(connection) as twenty:
        client.get(reverse("my_learning"))
    assert len(twenty) == len(two) <= 9


def test_my_learning_is_for_those_who_are_signed_in(client):
    assert client.get(reverse("my_learning")).url == "/accounts/login/?next=/my/"


def test_every_page_is_valid_html(client, learner, enrolment, course, quiz, validate_html):
    hand_in(client, quiz, **answers_to(quiz, "right", "wrong"))
    attempt = Attempt.objects.get()
    pages = [
        client.get(quiz.url),
        client.post(reverse("answer_quiz", args=[quiz.pk]), answers_to(quiz, "gone")),
        client.get(reverse("attempt", args=[attempt.pk])),
        client.get(reverse("my_learning")),
        client.get(reverse("withdraw", args=[course.pk])),
    ]
    complete_course(enrolment, course)
    pages += [client.get(reverse("attempt", args=[attempt.pk])), client.get(reverse("my_learning"))]
    client.force_login(NewcomerFactory())
    pages += [client.get(reverse("enrol", args=[course.pk])), client.get(reverse("my_learning"))]
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [problem for page in pages for problem in validate_html(page.content.decode())] == []
