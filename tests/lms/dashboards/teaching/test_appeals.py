"""Appeals as the course's team sees and decides them, and questions marked again without one."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from courses.assessments.models import Appeal, Quiz, Ruling
from courses.assessments.services import file_appeal
from courses.progress.tasks import apply_waiting_rulings
from tests.factories.accounts import InstructorFactory, UserFactory
from tests.factories.assessments import choice_task, quiz_of_every_kind, quiz_with_questions
from tests.factories.catalogue import CoursePageFactory, CourseTeamMemberFactory
from tests.factories.lessons import ModulePageFactory
from tests.factories.progress import NOW, enrolled, right_answers, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return quiz_with_questions(1, module=ModulePageFactory(parent=CoursePageFactory()))


@pytest.fixture
def teacher(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    teacher = InstructorFactory(name="Thandiwe Teacher")
    client.force_login(teacher)
    return teacher


def appeal_against(page, *, given=None, text="It is right too.") -> Appeal:
    learner = UserFactory(name="Secret Name", country="BT", email=f"secret{Appeal.objects.count()}@example.org")
    enrolment = enrolled(page.get_parent().get_parent().specific, learner)
    question = page.quiz_questions.first().question_id
    attempt = take_quiz(enrolment, page, given or {question: ["wrong"]})
    return file_appeal(attempt.responses.first(), by=learner, text=text, now=NOW)


@pytest.fixture
def appeal(page, teacher):
    appeal = appeal_against(page)
    CourseTeamMemberFactory(course=Quiz.objects.get().course, member=teacher)
    return appeal


def appeals_path(appeal) -> str:
    return f"/teach/{appeal.response.question.course_id}/appeals/"


@pytest.fixture(autouse=True)
def one_course(page):
    """Questions of the factory have courses of their own; an appeal belongs to the course of its question."""
    for use in page.quiz_questions.all():
        course_page = page.get_parent().get_parent().specific
        enrolment = enrolled(course_page)
        use.question.course = enrolment.run.course
        use.question.save()


def text_of(answer) -> str:
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode()).split())


def decide(client, appeal, **data):
    return client.post(f"{appeals_path(appeal)}{appeal.pk}/", data, follow=True)


def test_appeals_are_listed_with_the_answer_and_without_the_learner(client, appeal):
    listed = client.get(appeals_path(appeal))
    one = client.get(f"{appeals_path(appeal)}{appeal.pk}/")
    for answer in (listed, one):
        text = text_of(answer)
        assert "wrong answer" in text
        assert "0 of 1 point" in text
        assert "It is right too." in text
        for secret in ("Secret Name", "secret0@", "Bhutan"):
            assert secret not in answer.content.decode()
        assert not re.search(r"\bBT\b", text)  # of the markup, only what a token says by chance
    assert "1 open appeal" in text_of(listed)
    assert "1 attempt has asked this question" in text_of(one)
    assert "right answer" in text_of(one)  # the key


def test_the_number_of_open_appeals_stands_with_the_course_and_the_question(client, appeal):
    teach = client.get("/teach/")
    assert "1 open appeal" in text_of(teach)
    assert f'href="{appeals_path(appeal)}"' in teach.content.decode()
    quiz = Quiz.objects.get()
    assert "1 open appeal" in text_of(client.get(f"/teach/{quiz.course_id}/quizzes/{quiz.pk}/"))


def test_a_declined_appeal_is_answered(client, appeal, teacher):
    assert "Decided." in text_of(decide(client, appeal, strategy="decline", reason="See the guideline."))
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer, appeal.decided_by) == ("declined", "See the guideline.", teacher)
    one = client.get(f"{appeals_path(appeal)}{appeal.pk}/")
    assert "Thandiwe Teacher" in text_of(one)
    assert 'data-action="decide-appeal"' not in one.content.decode()
    assert "0 open appeals" in text_of(client.get(appeals_path(appeal)))


def test_an_upheld_appeal_makes_a_ruling(client, appeal, teacher):
    decide(client, appeal, strategy="give", reason="It could be read in two ways.")
    apply_waiting_rulings()
    appeal.refresh_from_db()
    ruling = Ruling.objects.get()
    assert (appeal.state, appeal.ruling, ruling.decided_by) == ("upheld", ruling, teacher)
    appeal.response.refresh_from_db()
    assert appeal.response.score_fraction == 1
    assert "Marks changed: 1. Attempts that pass by it: 1." in text_of(
        client.get(f"{appeals_path(appeal)}{appeal.pk}/")
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"strategy": "decline"}, "This field is required."),
        ({"reason": "So."}, "This field is required."),
        ({"strategy": "nonsense", "reason": "So."}, "is not one of the available choices"),
        ({"strategy": "decline", "reason": "x" * 1001}, "at most 1000 characters"),
        ({"strategy": "new-key", "reason": "So."}, "Nobody was asked an earlier version"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_refused_and_kept(client, appeal, data, said):
    answer = decide(client, appeal, **data)
    assert said in text_of(answer)
    assert data.get("reason", "") in answer.content.decode()
    appeal.refresh_from_db()
    assert appeal.is_open


def test_what_was_changed_since_stands_beside_what_was_asked(client, appeal):
    question = appeal.response.question
    question.refresh_from_db()
    question.stem = "Asked in other words?"
    question.task = choice_task("single", "right answer", "wrong answer", correct=(1,))
    question.save_revision().publish()
    text = text_of(client.get(f"{appeals_path(appeal)}{appeal.pk}/"))
    assert "Asked in other words?" in text
    assert "the answer earns 1 of 1" in text


def test_a_question_is_marked_again_without_an_appeal(client, appeal):
    path = f"/teach/{appeal.response.question.course_id}/questions/{appeal.response.question_id}/mark-again"
    assert "As it now stands, with its key" in text_of(client.get(path))
    answer = client.post(path, {"strategy": "remove", "reason": "Nobody can know."}, follow=True)
    assert "Decided." in text_of(answer)
    assert "Nobody can know." in text_of(answer)
    apply_waiting_rulings()
    appeal.refresh_from_db()
    assert appeal.state == "upheld"
    assert "Take it out of the attempts" in text_of(client.get(path))


def test_appeals_of_other_courses_are_not_there(client, appeal):
    client.force_login(InstructorFactory())
    question = appeal.response.question
    for path in (
        appeals_path(appeal),
        f"{appeals_path(appeal)}{appeal.pk}/",
        f"/teach/{question.course_id}/questions/{question.pk}/mark-again",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, {"strategy": "decline", "reason": "No."}).status_code in (404, 405)
    appeal.refresh_from_db()
    assert appeal.is_open


def test_a_list_asks_as_often_for_many_as_for_few(client, appeal, page):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(appeals_path(appeal))
            client.get("/teach/")
        return len(captured)

    queries()  # which caches what every page needs
    few = queries()
    for _n in range(25):
        appeal_against(page)
    assert queries() == few
    assert "Page 1 of 2" in text_of(client.get(appeals_path(appeal)))


def test_answers_of_every_kind_can_be_shown(client, teacher):
    page = quiz_of_every_kind(module=ModulePageFactory(parent=CoursePageFactory()))
    course = enrolled(page.get_parent().get_parent().specific).run.course
    for use in page.quiz_questions.all():
        use.question.course = course
        use.question.save()
    CourseTeamMemberFactory(course=course, member=teacher)
    learner = UserFactory()
    attempt = take_quiz(enrolled(page.get_parent().get_parent().specific, learner), page, right_answers(page))
    attempt.responses.update(score_fraction=0)
    for response in attempt.responses.all():
        appeal = file_appeal(response, by=learner, text="", now=NOW)
        assert client.get(f"/teach/{course.pk}/appeals/{appeal.pk}/").status_code == 200
        assert client.get(f"/teach/{course.pk}/questions/{response.question_id}/mark-again").status_code == 200
    assert "Left open" not in text_of(client.get(f"/teach/{course.pk}/appeals/"))


def test_the_forms_carry_their_tokens(appeal, teacher):
    client = Client(enforce_csrf_checks=True)
    client.force_login(teacher)
    question = appeal.response.question
    for path in (
        f"{appeals_path(appeal)}{appeal.pk}/",
        f"/teach/{question.course_id}/questions/{question.pk}/mark-again",
    ):
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())[1]
        data = {"strategy": "give", "reason": "So.", "csrfmiddlewaretoken": token}
        assert client.post(path, data).status_code == 302
