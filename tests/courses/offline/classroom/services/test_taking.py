"""What a class did counts once for each of its people, in whatever order and however often it is brought."""

import signal
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses.assessments.models import Attempt, Question, QuizPage
from courses.catalogue.models import CoursePage
from courses.enrolment.models import Enrolment
from courses.enrolment.services import withdraw_learner
from courses.lessons.models import LessonPage
from courses.offline import services as offline
from courses.offline.classroom.errors import NotAReturn, TooManyUnfinished
from courses.offline.classroom.models import ClassroomFile, ClassroomReturn, ReturnedPerson
from courses.offline.classroom.rules import RETURNS_TAKEN
from courses.offline.classroom.services import taking
from courses.offline.classroom.services.leases import LEASE
from courses.offline.models import SyncedEvent
from courses.progress.models import Completion, LessonProgress
from courses.progress.services import begin_quiz, submit_quiz
from courses.reflections.models import Reflection
from courses.reflections.rules import name_of
from lms.accounts.models import User
from lms.mail.models import OutgoingMail
from lms.measures.models import MilestoneDelta
from tests.courses.offline.samples import event
from tests.courses.offline.test_services import fields_of, left_by
from tests.factories.accounts import UserFactory
from tests.factories.assessments import choice_task, quiz_with_questions
from tests.factories.classroom import confirmed, packed_file, pupil, returned, taken_in
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import NOW, enrolled, right_answers
from tests.services import ROOT

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
BACK = NOW + 10 * DAY


class Class:
    """A course of two lessons and a quiz, its classroom file, and what can be done in it."""

    def __init__(self, **quiz: object):
        self.page: CoursePage = course_with_lessons(2)
        self.quiz: QuizPage = quiz_with_questions(2, module=self.page.get_children().first().specific, **quiz)
        self.lessons = list(LessonPage.objects.descendant_of(self.page).order_by("path"))
        self.file: ClassroomFile = packed_file(self.page)
        self.host: User = UserFactory(name="Efua Host")
        self.asked = [int(pk) for pk in right_answers(self.quiz)]

    def answers(self, *, at: datetime = NOW + DAY, fields: dict | None = None) -> dict:
        given = fields_of(self.quiz) if fields is None else fields
        return event("answers", self.quiz, at=at, drawn=self.asked, fields=given)

    def everything(self, *, at: datetime = NOW + DAY) -> list[dict]:
        return [*(event("done", lesson, at=at) for lesson in self.lessons), self.answers(at=at)]

    def bring(
        self, *people: dict, now: datetime = BACK, by: User | None = None, **head: object
    ) -> list[ReturnedPerson]:
        data = returned(self.file, people, made_at=NOW + 2 * DAY)
        brought = taking.bring_return(data, self.file.course, by=by or self.host, now=now)
        assert taken_in(brought, now=now).state == "ready"
        return list(brought.people.all())


@pytest.fixture
def klass():
    return Class()


def told(row: ReturnedPerson) -> tuple[str, int, int, int]:
    return (row.outcome, row.accepted, row.known, row.refused)


def test_who_takes_the_course_in_a_class_completes_it_and_is_told(klass):
    learner = confirmed(name="Ama Learner")
    [row] = klass.bring(pupil(learner, klass.everything()))
    assert told(row) == ("taken", 3, 0, 0)
    completion = Completion.objects.get()
    assert completion.enrolment.learner == learner
    assert {one.done_at for one in LessonProgress.objects.all()} == {BACK}  # enrolled only now
    mail = OutgoingMail.objects.get(to=learner.email)
    assert "Efua Host has brought back" in mail.text
    assert "3 things you did count" in mail.text
    assert "100 %, passed" in mail.text


def test_who_studies_the_course_already_did_it_when_they_did_it(klass):
    learner = confirmed()
    enrolled(klass.page, learner)
    klass.bring(pupil(learner, klass.everything()))
    assert {one.done_at for one in LessonProgress.objects.all()} == {NOW + DAY}


def test_a_lesson_only_opened_counts_and_is_nothing_to_tell_of(klass):
    learner = confirmed()
    [row] = klass.bring(pupil(learner, [event("seen", klass.lessons[0], at=NOW + DAY)]))
    assert told(row) == ("taken", 0, 0, 0)
    assert LessonProgress.objects.get().done_at is None
    assert not OutgoingMail.objects.filter(to=learner.email).exists()


def test_brought_again_it_changes_nothing_and_nobody_is_told_twice(klass):
    learner = confirmed()
    person = pupil(learner, klass.everything())
    klass.bring(person)
    [row] = klass.bring(person, now=BACK + DAY)
    assert told(row) == ("taken", 0, 3, 0)
    assert Attempt.objects.count() == 1
    assert MilestoneDelta.objects.filter(milestone="completed").count() == 1
    assert OutgoingMail.objects.filter(to=learner.email, key__startswith="classroom-return").count() == 1


def test_a_file_fetched_in_the_middle_and_again_at_the_end_counts_once(klass):
    learner, work = confirmed(), klass.everything()
    klass.bring(pupil(learner, work[:1]))
    [row] = klass.bring(pupil(learner, work))
    assert told(row) == ("taken", 2, 1, 0)
    assert Completion.objects.count() == 1


def test_who_has_no_account_is_named_and_counts_once_they_have(klass):
    person = pupil("later@example.org", klass.everything(), name="Later Learner")
    [row] = klass.bring(person)
    assert (told(row), row.name, row.person) == (("no-account", 0, 0, 0), "Later Learner", None)
    learner = UserFactory(email="Later@example.org")
    [row] = klass.bring(person)
    assert row.outcome == "no-account"  # the address is not confirmed: somebody else may have typed it
    learner.emailaddress_set.create(email=learner.email, verified=True, primary=True)
    [row] = klass.bring(person)
    assert told(row) == ("taken", 3, 0, 0)


def test_a_second_address_of_a_person_is_theirs(klass):
    learner = confirmed()
    learner.emailaddress_set.create(email="other@example.org", verified=True, primary=False)
    [row] = klass.bring(pupil("OTHER@example.org", klass.everything()))
    assert (row.outcome, row.person) == ("taken", learner)


def test_who_is_switched_off_has_no_account(klass):
    [row] = klass.bring(pupil(confirmed(is_active=False), klass.everything()))
    assert row.outcome == "no-account"


def test_whose_name_or_country_lacks_is_asked_for_both(klass):
    learner = confirmed(country="")
    [row] = klass.bring(pupil(learner, klass.everything()))
    assert (told(row), "profile" in row.get_outcome_display()) == (("details", 0, 0, 0), True)
    assert not Enrolment.objects.exists()


def test_nobody_vouches_for_themselves(klass):
    host = confirmed()
    rows = klass.bring(pupil(host, klass.everything()), pupil(confirmed(), klass.everything()), by=host)
    assert [row.outcome for row in rows] == ["oneself", "taken"]
    assert not Enrolment.objects.filter(learner=host).exists()
    [row] = klass.bring(pupil(host, klass.everything()))
    assert row.outcome == "taken"


def test_a_course_that_is_closed_takes_only_those_who_study_it(klass):
    learner, other = confirmed(), confirmed()
    enrolled(klass.page, learner)
    klass.page.unpublish()
    rows = klass.bring(pupil(learner, klass.everything()), pupil(other, klass.everything()))
    assert [row.outcome for row in rows] == ["taken", "closed"]


def test_who_had_left_the_course_keeps_what_they_did_and_stays_out(klass):
    learner = confirmed()
    enrolment = enrolled(klass.page, learner)
    withdraw_learner(enrolment, now=NOW)
    [row] = klass.bring(pupil(learner, klass.everything()[:2]))
    enrolment.refresh_from_db()
    assert (row.accepted, enrolment.state, enrolment.lessons_done) == (2, "withdrawn", 2)


def test_wrong_answers_do_not_pass_and_a_second_class_may(klass):
    learner = confirmed()
    [row] = klass.bring(pupil(learner, [klass.answers(fields={})]))
    assert row.accepted == 1
    assert "0 %, not passed" in OutgoingMail.objects.get(to=learner.email).text
    klass.bring(pupil(learner, [klass.answers()]))
    assert [one.has_passed for one in Attempt.objects.order_by("number")] == [False, True]


def test_an_attempt_that_is_open_here_is_left_as_it_is(klass):
    learner = confirmed()
    here = begin_quiz(enrolled(klass.page, learner), klass.quiz, now=NOW)
    [row] = klass.bring(pupil(learner, [klass.answers()]))
    here.refresh_from_db()
    assert (row.accepted, here.is_open) == (1, True)
    submit_quiz(here.enrolment, here.pk, {}, now=BACK)
    assert sorted(Attempt.objects.values_list("number", "has_passed")) == [(1, False), (2, True)]


def test_where_attempts_are_few_one_in_a_class_is_one():
    klass = Class(max_attempts=1)
    learner = confirmed()
    work = klass.answers(fields={})
    klass.bring(pupil(learner, [work]))
    [row] = klass.bring(pupil(learner, [work, klass.answers()]))
    assert told(row) == ("taken", 0, 1, 1)
    assert row.refusals[0][0] == klass.quiz.title
    assert "used every attempt" in row.refusals[0][1]
    assert "used every attempt" in OutgoingMail.objects.filter(to=learner.email).order_by("pk").last().text
    assert Attempt.objects.count() == 1


def test_answers_are_marked_by_what_was_asked_though_the_question_has_changed(klass):
    question = Question.objects.get(pk=klass.asked[0])
    question.task = choice_task("single", "other answer", "right answer", correct=(0,))
    question.save_revision().publish()
    Question.objects.filter(pk=klass.asked[1]).update(live=False)
    work = event(
        "answers", klass.quiz, at=NOW + DAY, drawn=klass.asked, fields={f"q{pk}": ["right"] for pk in klass.asked}
    )
    klass.bring(pupil(confirmed(), [work]))
    assert Attempt.objects.get().percent == 100


def test_an_answer_that_cannot_be_read_is_one_left_open(klass):
    fields = {f"q{klass.asked[0]}": ["no such option"], f"q{klass.asked[1]}": ["right"]}
    [row] = klass.bring(pupil(confirmed(), [klass.answers(fields=fields)]))
    assert (row.accepted, Attempt.objects.get().percent) == (1, 50)


def test_what_is_written_for_oneself_grows_with_each_return_and_overwrites_nothing(klass):
    lesson = klass.lessons[0]
    lesson.body = [("reflection", {"question": "<p>What would you do?</p>"})]
    lesson.save_revision().publish()
    block = LessonPage.objects.get(pk=lesson.pk).body[0].id
    learner = confirmed()

    def wrote(text: str, seen: str | None = None) -> dict:
        return event("reflection", lesson, block=block, text=text, **({"seen": name_of(seen)} if seen else {}))

    first, second = wrote("First."), wrote("Second.", seen="First.")
    klass.bring(pupil(learner, [first]))
    [row] = klass.bring(pupil(learner, [first, second]))
    assert (told(row), Reflection.objects.get().text) == (("taken", 1, 1, 0), "Second.")
    [row] = klass.bring(pupil(learner, [wrote("From another computer.")]))
    assert told(row) == ("taken", 0, 0, 1)
    assert Reflection.objects.get().text == "Second."
    assert "another computer" not in str(row.refusals)


def test_a_fault_of_ours_costs_one_persons_turn_and_nobody_elses(klass, monkeypatch):
    unlucky, lucky = confirmed(), confirmed()
    real = taking.take_batch

    def fail(person, batch, *, now):
        if person == unlucky:
            raise RuntimeError
        return real(person, batch, now=now)

    work = klass.everything()
    with monkeypatch.context() as broken:
        broken.setattr(taking, "take_batch", fail)
        rows = klass.bring(pupil(unlucky, work), pupil(lucky, klass.everything()))
    assert [row.outcome for row in rows] == ["fault", "taken"]
    assert not Enrolment.objects.filter(learner=unlucky).exists()
    with monkeypatch.context() as broken:
        broken.setattr(offline, "_take", lambda *args, **facts: 1 / 0)
        [row] = klass.bring(pupil(unlucky, work))
    assert told(row) == ("fault", 0, 0, 0)
    [row] = klass.bring(pupil(unlucky, work))
    assert told(row) == ("taken", 3, 0, 0)


def test_a_return_of_many_is_taken_in_a_few_at_a_time(klass, monkeypatch):
    monkeypatch.setattr(taking, "AT_ONCE", 2)
    people = [pupil(confirmed(), klass.everything()) for _ in range(5)]
    brought = taking.bring_return(returned(klass.file, people), klass.file.course, by=klass.host, now=BACK)
    other = taking.bring_return(returned(klass.file, []), klass.file.course, by=klass.host, now=BACK)
    assert taking.take_next_return(clock=lambda: BACK)
    brought.refresh_from_db()
    assert (brought.state, brought.done, brought.total) == ("waiting", 2, 5)
    assert taken_in(brought, now=BACK).state == "ready"
    assert [row.position for row in brought.people.all()] == [0, 1, 2, 3, 4]
    assert Completion.objects.count() == 5
    other.refresh_from_db()
    assert (other.state, other.total) == ("ready", 0)


KILLED_IN_BETWEEN = """
import os, django
django.setup()
from django.utils import timezone
from courses.offline.classroom.services import taking
real = taking.tell_of_return
def killed(row, *args, **facts):
    real(row, *args, **facts)
    if row.position == 2:
        os.kill(os.getpid(), 9)
taking.tell_of_return = killed
taking.take_next_return(clock=timezone.now)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_in_between_it_goes_on_where_it_was(klass, process_environment):
    people = [pupil(confirmed(), klass.everything()) for _ in range(4)]
    now = timezone.now()
    ClassroomFile.objects.update(packed_at=now)
    brought = taking.bring_return(returned(klass.file, people), klass.file.course, by=klass.host, now=now)
    killed = subprocess.run([sys.executable, "-c", KILLED_IN_BETWEEN], cwd=ROOT, env=process_environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    brought.refresh_from_db()
    assert (brought.state, brought.done, brought.people.count()) == ("working", 2, 2)
    assert Completion.objects.count() == 2
    assert not taking.take_next_return(clock=timezone.now)  # its worker may be alive
    assert taken_in(brought, now=timezone.now() + LEASE + timedelta(seconds=1)).state == "ready"
    assert [told(row) for row in brought.people.all()] == [("taken", 3, 0, 0)] * 4
    assert OutgoingMail.objects.filter(key__startswith="classroom-return").count() == 4


def test_whoever_lost_the_lease_takes_nothing_in(klass, monkeypatch):
    real = taking.read_return

    def taken_meanwhile(*args):
        ClassroomReturn.objects.update(lease=klass.file.key)
        return real(*args)

    data = returned(klass.file, [pupil(confirmed(), klass.everything())])
    brought = taking.bring_return(data, klass.file.course, by=klass.host, now=BACK)
    monkeypatch.setattr(taking, "read_return", taken_meanwhile)
    taking.take_next_return(clock=lambda: BACK)
    brought.refresh_from_db()
    assert (brought.done, brought.people.count(), SyncedEvent.objects.count()) == (0, 0, 0)


def test_a_file_that_is_lost_meanwhile_fails_in_the_end(klass):
    brought = taking.bring_return(returned(klass.file, []), klass.file.course, by=klass.host, now=BACK)
    storages["private"].delete(brought.stored_name)
    now = BACK
    for _attempt in range(3):
        with pytest.raises(FileNotFoundError):
            taking.take_next_return(clock=lambda now=now: now)
        now += LEASE + timedelta(seconds=1)
    assert taken_in(brought, now=now).state == "failed"


def test_what_is_of_another_course_or_too_old_is_refused_and_nothing_kept(klass):
    data = returned(klass.file, [pupil(confirmed(), klass.everything())])
    other = packed_file(course_with_lessons(1)).course
    for course, now in ((other, BACK), (klass.file.course, NOW + RETURNS_TAKEN)):
        with pytest.raises(NotAReturn, match="not of this course"):
            taking.bring_return(data, course, by=klass.host, now=now)
    assert not ClassroomReturn.objects.exists()


def test_three_at_once_are_enough(klass):
    for _ in range(3):
        taking.bring_return(returned(klass.file, []), klass.file.course, by=klass.host, now=BACK)
    with pytest.raises(TooManyUnfinished):
        taking.bring_return(returned(klass.file, []), klass.file.course, by=klass.host, now=BACK)


def test_a_tampered_file_leaves_nothing_behind(klass):
    data = returned(klass.file, [pupil(confirmed(), klass.everything())])
    before = (
        storages["private"].listdir("classroom-returns")[1] if storages["private"].exists("classroom-returns") else []
    )
    with pytest.raises(NotAReturn):
        taking.bring_return(data[:-5], klass.file.course, by=klass.host, now=BACK)
    after = (
        storages["private"].listdir("classroom-returns")[1] if storages["private"].exists("classroom-returns") else []
    )
    assert (ClassroomReturn.objects.count(), after) == (0, before)


class Merged(TestCase):
    """Two computers with one classroom file, files fetched at any time and brought in any order: what one after another leaves."""

    @settings(max_examples=15, deadline=None)
    @given(
        steps=st.lists(
            st.tuples(
                st.sampled_from(["seen", "done", "answers"]), st.integers(0, 1), st.integers(1, 8), st.booleans()
            ),
            min_size=1,
            max_size=8,
        ),
        data=st.data(),
    )
    def test_any_order_and_any_repeat_is_the_serial_one(self, steps, data):
        klass = Class()
        serial, merged = confirmed(), confirmed()
        enrolments = [enrolled(klass.page, learner) for learner in (serial, merged)]
        work: dict[bool, list[dict]] = {True: [], False: []}
        for kind, number, day, computer in steps:
            if kind == "answers":
                fields = fields_of(klass.quiz) if number else {}
                work[computer].append(klass.answers(at=NOW + day * DAY / 10, fields=fields))
            else:
                work[computer].append(event(kind, klass.lessons[number], at=NOW + day * DAY / 10))
        for one in sorted([*work[True], *work[False]], key=lambda one: one["at"]):
            klass.bring(pupil(serial, [one]))
        fetched = []  # what each computer had when a file was fetched
        for events in work.values():
            ends = data.draw(st.lists(st.integers(0, len(events)), max_size=3))
            fetched += [events[:end] for end in [*ends, len(events)]]
        for events in data.draw(st.permutations(fetched + fetched[:1])):
            [row] = klass.bring(pupil(merged, events))
            assert (row.outcome, row.refused) == ("taken", 0)
        assert left_by(enrolments[0]) == left_by(enrolments[1])
        results = [
            sorted(Attempt.objects.filter(enrolment=one).values_list("points", "has_passed")) for one in enrolments
        ]
        standings = [list(one.standings.values_list("attempts", "best_fraction")) for one in enrolments]
        assert (results[0], standings[0]) == (results[1], standings[1])
        assert SyncedEvent.objects.filter(person=serial).count() == SyncedEvent.objects.filter(person=merged).count()
