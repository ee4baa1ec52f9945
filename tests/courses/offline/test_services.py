"""What comes back from a device counts once, whenever and however often it comes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.models import Page

from courses.assessments.models import Question, QuizPage, QuizQuestion
from courses.enrolment.models import Enrolment
from courses.enrolment.queries.learners import admission_to
from courses.enrolment.services import withdraw_learner
from courses.lessons.models import LessonPage
from courses.offline import services
from courses.offline.forms import read_batch
from courses.offline.models import SyncedEvent
from courses.offline.queries import places_of
from courses.offline.services import forget_events, take_batch
from courses.progress.models import Completion, LessonProgress
from courses.progress.services import (
    attempt_at,
    attempt_to_take_along,
    begin_quiz,
    mark_lesson_done,
    submit_quiz,
)
from courses.reflections.models import Reflection
from lms.measures.models import LessonDelta, MilestoneDelta
from tests.counts import lessons_counted
from tests.courses.offline.samples import batch, event
from tests.factories.accounts import UserFactory
from tests.factories.assessments import QuestionFactory, choice_task, quiz_with_questions
from tests.factories.cohorts import cohort_of
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import NOW, enrolled, right_answers

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SENT = NOW + 10 * DAY


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
    return enrolled(course)


def send(person, *events, sent_at=SENT, now=SENT):
    """Send events; return the state of each, and its reason where it has one."""
    answers = take_batch(person, read_batch(batch(person, events, sent_at=sent_at)), now=now)
    return [(answer.state, answer.reason) if answer.reason else answer.state for answer in answers]


def fields_of(page: QuizPage) -> dict[str, list[str]]:
    """Return the right answers as the inputs of a form hold them."""
    return {
        f"q{pk}": [str(value) for value in (answer if isinstance(answer, list) else [answer])]
        for pk, answer in right_answers(page).items()
    }


def test_a_course_done_away_is_complete_on_return(enrolment, lessons, quiz):
    attempt = begin_quiz(enrolment, quiz, now=NOW)
    answers = event("answers", quiz, at=NOW + DAY, attempt=attempt.pk, fields=fields_of(quiz))
    done = [event("done", lesson, at=NOW + DAY) for lesson in lessons]
    assert send(enrolment.learner, *done, answers) == ["accepted"] * 3
    assert Completion.objects.get().completed_at == SENT
    assert {row.done_at for row in LessonProgress.objects.all()} == {NOW + DAY}
    assert send(enrolment.learner, answers, *done) == ["known"] * 3
    assert MilestoneDelta.objects.filter(milestone="completed").count() == 1


def test_a_clock_wrong_by_a_year_tells_when_it_was(enrolment, lessons):
    wrong = timedelta(days=365)
    send(enrolment.learner, event("done", lessons[0], at=NOW + DAY - wrong), sent_at=SENT - wrong)
    assert LessonProgress.objects.get().done_at == NOW + DAY


def test_an_event_twice_in_a_batch_is_one(enrolment, lessons):
    once = event("seen", lessons[0])
    assert send(enrolment.learner, once, once) == ["accepted", "accepted"]
    assert SyncedEvent.objects.count() == 1


def test_another_persons_event_with_the_same_id_is_another(enrolment, course, lessons):
    other = enrolled(course)
    once = event("done", lessons[0])
    assert [send(one.learner, once) for one in (enrolment, other)] == [["accepted"]] * 2


def test_who_does_not_study_the_course_is_refused_and_told_why(lessons):
    [(state, reason)] = send(UserFactory(), event("done", lessons[0]))
    assert (state, reason) == ("refused", "You do not study this course, or the lesson is gone. It cannot count.")
    assert not LessonProgress.objects.exists()


def test_a_lesson_that_was_never_published_cannot_be_done(enrolment, lessons):
    LessonPage.objects.filter(pk=lessons[0].pk).update(first_published_at=None, live=False)
    [(state, _reason)] = send(enrolment.learner, event("done", lessons[0]))
    assert state == "refused"


def test_a_lesson_taken_off_line_meanwhile_counts(enrolment, lessons):
    LessonPage.objects.filter(pk=lessons[0].pk).update(first_published_at=NOW, live=False)
    assert send(enrolment.learner, event("done", lessons[0])) == ["accepted"]


def test_who_has_left_the_course_keeps_what_they_did(enrolment, lessons):
    withdraw_learner(enrolment, now=NOW + DAY)
    assert send(enrolment.learner, event("done", lessons[0])) == ["accepted"]
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.lessons_done) == ("withdrawn", 1)


def test_answers_to_what_was_handed_in_elsewhere_are_refused(enrolment, quiz):
    attempt = begin_quiz(enrolment, quiz, now=NOW)
    submit_quiz(enrolment, attempt.pk, {}, now=NOW)
    late = event("answers", quiz, attempt=attempt.pk, fields=fields_of(quiz))
    [(state, reason)] = send(enrolment.learner, late)
    assert (state, "handed in already" in reason) == ("refused", True)
    assert send(enrolment.learner, late) == [("known", reason)]
    attempt.refresh_from_db()
    assert attempt.points == 0


def test_answers_to_anothers_attempt_are_refused(enrolment, course, quiz):
    theirs = begin_quiz(enrolled(course), quiz, now=NOW)
    [(state, _reason)] = send(enrolment.learner, event("answers", quiz, attempt=theirs.pk, fields=fields_of(quiz)))
    theirs.refresh_from_db()
    assert (state, theirs.is_open) == ("refused", True)


def test_answers_that_cannot_be_read_are_saved_and_not_handed_in(enrolment, quiz):
    attempt = begin_quiz(enrolment, quiz, now=NOW)
    given = fields_of(quiz) | {list(fields_of(quiz))[1]: ["no such option"]}
    [(state, reason)] = send(enrolment.learner, event("answers", quiz, attempt=attempt.pk, fields=given))
    attempt.refresh_from_db()
    assert (state, "All others are saved" in reason) == ("refused", True)
    assert (attempt.is_open, attempt.draft) == (True, given)


def mend(question: Question) -> None:
    question.task = choice_task("single", "right answer", "quite another answer", correct=(1,))
    question.save_revision().publish()


AUTHORS = {
    "mend a question": lambda quiz: mend(quiz.quiz_questions.first().question),
    "take a question down": lambda quiz: quiz.quiz_questions.last().question.unpublish(),
    "ask one less": lambda quiz: quiz.quiz_questions.count() > 1 and quiz.quiz_questions.first().delete(),
    "ask one more": lambda quiz: QuizQuestion.objects.create(page=quiz, question=QuestionFactory(), sort_order=9),
    "ask others": lambda quiz: quiz.quiz_questions.update(question=QuestionFactory()),
    "draw from a pool": lambda quiz: quiz.quiz_questions.update(pool="cases"),
    "allow one attempt": lambda quiz: QuizPage.objects.filter(pk=quiz.pk).update(max_attempts=1),
    "set a time limit": lambda quiz: QuizPage.objects.filter(pk=quiz.pk).update(time_limit_minutes=5),
    "publish": lambda quiz: quiz.save_revision().publish(),
    "close": lambda quiz: quiz.unpublish(),
}


class TakenAlong(TestCase):
    """Whatever the authors do to a quiz, and however often it is opened meanwhile, a device hands in what it was given."""

    @settings(max_examples=25, deadline=None)
    @given(deeds=st.lists(st.sampled_from(sorted(AUTHORS)), min_size=1, max_size=4))
    def test_a_quiz_edited_meanwhile_takes_the_answers_of_the_device(self, deeds):
        course = course_with_lessons(1)
        quiz = quiz_with_questions(2, module=course.get_children().first().specific)
        quiz.save_revision().publish()
        enrolment = enrolled(course)
        attempt = attempt_to_take_along(enrolment, quiz, now=NOW)
        drawn = list(attempt.responses.values_list("question_id", "revision_id"))
        fields = fields_of(quiz)
        for deed in deeds:
            AUTHORS[deed](QuizPage.objects.get(pk=quiz.pk))
            attempt_at(enrolment, QuizPage.objects.get(pk=quiz.pk), now=NOW)
        answers = event("answers", quiz, at=NOW + DAY, attempt=attempt.pk, fields=fields)
        assert send(enrolment.learner, answers) == ["accepted"]
        attempt.refresh_from_db()
        assert (attempt.points, list(attempt.responses.values_list("question_id", "revision_id"))) == (2, drawn)


def test_what_no_device_has_taken_along_is_drawn_anew(enrolment, quiz):
    attempt = attempt_at(enrolment, quiz, now=NOW)
    AUTHORS["ask others"](quiz)
    assert attempt_at(enrolment, quiz, now=NOW) != attempt


def test_an_attempt_against_the_clock_is_not_held(enrolment, quiz):
    QuizPage.objects.update(time_limit_minutes=5)
    quiz = QuizPage.objects.get(pk=quiz.pk)
    begun = begin_quiz(enrolment, quiz, now=NOW)
    assert attempt_to_take_along(enrolment, quiz, now=NOW).taken_along_at is None
    assert attempt_to_take_along(enrolment, quiz, now=begun.due_at + DAY) is None


def test_a_fault_of_ours_costs_nothing(enrolment, lessons, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    done = event("done", lessons[0])
    with monkeypatch.context() as broken:
        broken.setattr(services, "settle", fail)
        assert send(enrolment.learner, done) == ["later"]
    assert not SyncedEvent.objects.exists()
    assert send(enrolment.learner, done) == ["accepted"]


def test_reasons_are_in_the_language_of_the_reader(lessons):
    with translation.override("fr"):
        [(state, _reason)] = send(UserFactory(), event("done", lessons[0]))
    assert state == "refused"


def test_pages_that_are_no_lessons_are_refused_and_keep_nothing_else_back(enrolment, lessons):
    events = [event("done", page) for page in (Page.get_first_root_node(), lessons[0].get_parent(), lessons[0])]
    first, second, third = send(enrolment.learner, *events)
    assert first[0] == second[0] == "refused"
    assert third == "accepted"


def test_what_one_studies_comes_before_what_one_left_as_on_the_page(course, enrolment, lessons):
    left = EnrolmentFactory(
        learner=enrolment.learner,
        run=cohort_of(course),
        state=Enrolment.State.WITHDRAWN,
        enrolled_at=enrolment.enrolled_at + DAY,
    )
    done = event("done", lessons[0])
    place = places_of(enrolment.learner, read_batch(batch(enrolment.learner, [done])).events)
    assert {one.enrolment_id for one in place.values()} == {enrolment.pk} != {left.pk}
    assert admission_to(enrolment.learner, lessons[0]).enrolment == enrolment


def test_twenty_events_take_as_many_statements_as_one():
    enrolment = enrolled(page := course_with_lessons(45))
    lessons = list(LessonPage.objects.descendant_of(page).order_by("path"))
    send(enrolment.learner, event("done", lessons[0]))

    def asked(*pages):
        with CaptureQueriesContext(connection) as queries:
            assert set(send(enrolment.learner, *(event("done", page) for page in pages))) == {"accepted"}
        return len([one for one in queries if "SAVEPOINT" not in one["sql"]])

    assert asked(lessons[1]) == asked(*lessons[2:22]) == 9


def test_an_older_place_does_not_move_where_to_go_on(enrolment, lessons):
    mark_lesson_done(enrolment, lessons[1], now=SENT)
    send(enrolment.learner, event("seen", lessons[0], at=NOW))
    enrolment.refresh_from_db()
    assert enrolment.resume_lesson.title == lessons[1].title


class Merged(TestCase):
    """Two devices and the same person on line: any interleaving, any repeat, leaves what one after another leaves."""

    @settings(max_examples=30, deadline=None)
    @given(
        steps=st.lists(
            st.tuples(st.sampled_from(["seen", "done"]), st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=9
        ),
        data=st.data(),
    )
    def test_any_order_is_the_serial_one(self, steps, data):
        course = course_with_lessons(3)
        lessons = list(LessonPage.objects.descendant_of(course).order_by("path"))
        serial, merged = enrolled(course), enrolled(course)
        events = [event(kind, lessons[n], at=NOW + day * DAY) for kind, n, day in steps]
        for one in sorted(events, key=lambda one: one["at"]):
            send(serial.learner, one)
        shuffled = data.draw(st.permutations(events + events[: len(events) // 2]))
        while shuffled:
            size = data.draw(st.integers(1, len(shuffled)))
            sent, shuffled = shuffled[:size], shuffled[size:]
            on_line = data.draw(st.booleans()) and sent[0]["kind"] == "done"
            if on_line:
                page = next(lesson for lesson in lessons if lesson.pk == sent[0]["lesson"])
                mark_lesson_done(merged, page, now=SENT)
            assert set(send(merged.learner, *sent)) <= {"accepted", "known"}
        assert left_by(serial) == left_by(merged)
        assert all(touched == 2 and done in (0, 2) for touched, done in lessons_counted().values())


def left_by(enrolment: Enrolment) -> dict:
    enrolment.refresh_from_db()
    return {
        "rows": {(row.lesson_id, row.done_at is not None) for row in enrolment.progress.all()},
        "counters": (enrolment.lessons_done, enrolment.state),
        "completed": Completion.objects.filter(enrolment=enrolment).exists(),
    }


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_batch_sent_eight_times_at_once_counts_once():
    enrolment = enrolled(course := course_with_lessons(3))
    lessons = list(LessonPage.objects.descendant_of(course))
    events, start = [event("done", lesson) for lesson in lessons], Barrier(8)

    def once(_number):
        try:
            start.wait()
            return send(enrolment.learner, *events)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        states = list(threads.map(once, range(8)))
    assert sorted(states) == [["accepted"] * 3] + [["known"] * 3] * 7
    assert sum(one.done for one in LessonDelta.objects.all()) == 3
    assert Completion.objects.count() == 1


def test_events_are_forgotten_after_400_days_and_change_nothing_should_they_come_again(enrolment, lessons):
    old, new = event("done", lessons[0]), event("done", lessons[1])
    send(enrolment.learner, old)
    send(enrolment.learner, new, now=SENT + DAY)
    assert forget_events(now=SENT + 400 * DAY + timedelta(hours=1)) == 1
    assert send(enrolment.learner, old, new) == ["accepted", "known"]
    assert LessonDelta.objects.count() == 2


def test_a_reflection_written_away_is_kept_and_none_is_overwritten(enrolment):
    lesson = lesson_that_asks(enrolment)
    block = lesson.body[0].id
    first = event("reflection", lesson, block=block, text="My first thought.")
    assert send(enrolment.learner, first) == ["accepted"]
    [(state, reason)] = send(enrolment.learner, event("reflection", lesson, block=block, text="From another phone."))
    assert (state, "another device" in reason) == ("refused", True)
    stored = Reflection.objects.get()
    assert stored.text == "My first thought."
    newer = event("reflection", lesson, block=block, text="Better.", seen=stored.version)
    assert send(enrolment.learner, newer) == ["accepted"]


def test_a_text_written_in_place_of_another_that_arrived_takes_it(enrolment):
    lesson = lesson_that_asks(enrolment)
    block = lesson.body[0].id
    first, second, third = (
        event("reflection", lesson, block=block, text=text) for text in ("First.", "Second.", "Third.")
    )
    second["after"], third["after"] = [first["id"]], [first["id"], second["id"]]
    assert send(enrolment.learner, first) == ["accepted"]
    assert send(enrolment.learner, second, now=SENT + DAY) == ["accepted"]
    assert send(enrolment.learner, third, now=SENT + 2 * DAY) == ["accepted"]
    assert Reflection.objects.get().text == "Third."
    assert send(enrolment.learner, {**second, "id": str(uuid4())})[0][0] == "refused"  # what came after it stands
    assert send(enrolment.learner, third, second) == ["known", "known"]


def test_a_text_written_on_another_device_meanwhile_is_not_overwritten_by_a_chain(enrolment):
    lesson = lesson_that_asks(enrolment)
    block = lesson.body[0].id
    first = event("reflection", lesson, block=block, text="First.")
    send(enrolment.learner, first)
    seen = Reflection.objects.get().version
    elsewhere = event("reflection", lesson, block=block, text="Elsewhere.", seen=seen)
    assert send(enrolment.learner, elsewhere, now=SENT + DAY) == ["accepted"]
    late = event("reflection", lesson, block=block, text="Second.", after=[first["id"]])
    [(state, _reason)] = send(enrolment.learner, late, now=SENT + 2 * DAY)
    assert (state, Reflection.objects.get().text) == ("refused", "Elsewhere.")


def lesson_that_asks(enrolment) -> LessonPage:
    lesson = LessonPage.objects.first()
    lesson.body = [("reflection", {"question": "<p>What would you do?</p>"})]
    lesson.save_revision().publish()
    return LessonPage.objects.get(pk=lesson.pk)
