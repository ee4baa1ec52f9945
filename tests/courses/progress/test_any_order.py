"""Learners at work while their course is edited: whatever happens in whatever order, the same truth.

First on the rules alone; then, with fewer examples, on real pages, where the same edits come from publishing.
"""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from courses.assessments.models import QuizPage
from courses.assessments.queries import live_questions
from courses.enrolment.models import Enrolment
from courses.enrolment.rules import Easing, Terms, lowest
from courses.lessons.models import LessonPage
from courses.progress import overviews, services
from courses.progress.models import Completion
from courses.progress.queries import syllabus_for
from courses.progress.rules import LESSON, QUIZ, WATCHED, Requirement, measure
from lms.celery import app
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import LessonPageFactory, course_with_lessons
from tests.factories.media import CaptionsFactory, ready_video
from tests.factories.progress import NOW, enrolled, right_answers, take_quiz

marks = st.integers(1, 100)


class RulesMachine(RuleBasedStateMachine):
    """Terms change from version to version; learners hold an early one, its easing, and what they have reached."""

    def __init__(self):
        super().__init__()
        self.versions = [Terms("Course", "1.0", (1, 2, 3), (5, 5, 5), (1, 2), ((1, 70), (2, 70)), 70, 60)]
        self.next_id = 4
        self.recordings = {}  # recording -> (lesson, per cent to be watched), as authors have them
        self.marks = defaultdict(lambda: 70)  # of each quiz, as its author has it, also while it is away
        self.learners = []  # [index of the version enrolled under, easing so far, reached, last percentage]
        self.enrol()

    @property
    def today(self) -> Terms:
        return self.versions[-1]

    def publish(self, **changes) -> None:
        terms = replace(self.today, **changes)
        marks = tuple((quiz_id, self.marks[quiz_id]) for quiz_id in terms.quiz_ids)
        asked = tuple(
            (n, share, lesson) for n, (lesson, share) in self.recordings.items() if lesson in terms.lesson_ids
        )
        self.versions.append(replace(terms, quiz_marks=marks, recordings=asked))
        for learner in self.learners:
            contract = self.versions[learner[0]]
            learner[1] = learner[1].eased_by(self.today, of=contract)

    def measured(self, learner, *, easing=None):
        version, eased, reached, _percent = learner
        easing = easing or eased
        contract = self.versions[version]
        marks = dict(lowest(contract.quiz_marks, easing.lowest_marks))
        asked = [*(Requirement(LESSON, n) for n in contract.lesson_ids)]
        asked += [Requirement(QUIZ, n, marks[n]) for n in contract.quiz_ids]
        shares = dict(lowest(((n, share) for n, share, _lesson in contract.recordings), easing.lowest_shares))
        asked += [Requirement(WATCHED, n, shares[n]) for n, _share, _lesson in contract.recordings]
        eased = {(LESSON, n) for n in easing.lesson_ids} | {(QUIZ, n) for n in easing.quiz_ids}
        eased |= {(WATCHED, n) for n in easing.recording_ids}
        return measure(asked, reached, eased=eased)

    @precondition(lambda self: len(self.learners) < 4)
    @rule()
    def enrol(self):
        self.learners.append([len(self.versions) - 1, Easing(), defaultdict(float), 0])

    @rule(kind=st.sampled_from(["lesson_ids", "quiz_ids"]), place=st.integers(0, 3))
    def add(self, kind, place):
        ids = list(getattr(self.today, kind))
        ids.insert(place, self.next_id)
        self.next_id += 1
        self.publish(**{kind: tuple(ids)})

    @rule(kind=st.sampled_from(["lesson_ids", "quiz_ids"]), place=st.integers(0, 3))
    def remove_or_make_optional(self, kind, place):
        self.publish(**{kind: tuple(n for i, n in enumerate(getattr(self.today, kind)) if i != place)})

    @rule(version=st.integers(0, 9))
    def bring_back_an_old_version(self, version):
        old = self.versions[version % len(self.versions)]
        self.publish(lesson_ids=old.lesson_ids, quiz_ids=old.quiz_ids)

    @rule(kind=st.sampled_from(["lesson_ids", "quiz_ids"]))
    def reorder(self, kind):
        self.publish(**{kind: getattr(self.today, kind)[::-1]})

    @rule(quiz=st.integers(1, 6), mark=marks)
    def change_a_pass_mark(self, quiz, mark):
        self.marks[quiz] = mark
        self.publish()

    @rule(recording=st.integers(1, 3), lesson=st.integers(1, 5), share=marks)
    def ask_for_a_recording(self, recording, lesson, share):
        self.recordings[recording] = lesson, share
        self.publish()

    @rule(recording=st.integers(1, 3))
    def ask_for_it_no_longer(self, recording):
        self.recordings.pop(recording, None)
        self.publish()

    @rule(who=st.integers(0, 3), recording=st.integers(1, 3), fraction=st.floats(0, 1))
    def watch(self, who, recording, fraction):
        reached = self.learners[who % len(self.learners)][2]
        reached[WATCHED, recording] = max(reached[WATCHED, recording], fraction)

    @rule(who=st.integers(0, 3), lesson=st.integers(1, 5))
    def do_a_lesson(self, who, lesson):
        self.learners[who % len(self.learners)][2][LESSON, lesson] = 1

    @rule(who=st.integers(0, 3), quiz=st.integers(1, 4), result=st.floats(0, 1))
    def hand_in_a_quiz(self, who, quiz, result):
        reached = self.learners[who % len(self.learners)][2]
        reached[QUIZ, quiz] = max(reached[QUIZ, quiz], result)

    @invariant()
    def the_percentage_never_falls_and_a_hundred_means_complete(self):
        for learner in self.learners:
            progress = self.measured(learner)
            assert learner[3] <= progress.percent <= 100
            assert progress.is_complete == (progress.percent == 100)
            learner[3] = progress.percent

    @invariant()
    def the_history_of_versions_alone_gives_the_same(self):
        for learner in self.learners:
            contract, later = self.versions[learner[0]], self.versions[learner[0] + 1 :]
            replayed = Easing()
            for version in reversed(later):  # in any order
                replayed = replayed.eased_by(version, of=contract)
            assert self.measured(learner, easing=replayed) == self.measured(learner)

    @invariant()
    def nobody_is_asked_for_what_today_is_asked_of_nobody(self):
        for learner in self.learners:
            for one in self.measured(learner).missing:
                today = {
                    LESSON: dict.fromkeys(self.today.lesson_ids, 100),
                    QUIZ: {n: self.marks[n] for n in self.today.quiz_ids},
                    WATCHED: {n: share for n, share, _lesson in self.today.recordings},
                }[one.kind]
                assert one.percent <= today[one.step_id]


def test_the_rules_tell_the_same_truth_in_any_order():
    run_state_machine_as_test(RulesMachine, settings=settings(max_examples=150, stateful_step_count=25))


class Academy:
    """A course of two modules, each with two lessons and a quiz; people study it while it is edited."""

    def __init__(self):
        self.course = course_with_lessons(2, 2)
        for module in self.modules:
            quiz_with_questions(2, module=module)
        self.videos = [CaptionsFactory(item=ready_video()).item for _number in range(3)]
        first = self.pages(LessonPage)[0]
        first.body, first.watched_percent = [("video", self.videos[0])], 80
        first.save()
        self.best = {}  # enrolment id -> the highest percentage seen
        self.enrolments = [enrolled(self.course)]

    @property
    def modules(self):
        return [module.specific for module in self.course.get_children()]

    def pages(self, model):
        return list(model.objects.descendant_of(self.course).order_by("path"))

    def pick(self, model, n, **filters):
        found = [page for page in self.pages(model) if all(getattr(page, k) == v for k, v in filters.items())]
        return found[n % len(found)] if found else None

    # -- What learners do

    def enrol(self, n):
        if len(self.enrolments) < 3:
            self.enrolments.append(enrolled(self.course))

    def read(self, n):
        if lesson := self.pick(LessonPage, n, live=True):
            services.mark_lesson_done(self.who(n), lesson, now=NOW)

    def answer(self, n):
        quiz = self.pick(QuizPage, n, live=True)
        if quiz and live_questions(quiz):
            answers = dict(list(right_answers(quiz).items())[: n % 3])  # none, half or all of them
            take_quiz(self.who(n), quiz, answers, now=NOW)

    def watch(self, n):
        """Play half of a recording: the first or second."""
        lesson = self.pick(LessonPage, n)
        if lesson and lesson.recordings:
            half = [(0, 30), (30, 60)][n % 2]
            item = lesson.recordings[0]
            services.record_watched(self.who(n), lesson, item, [half], position_seconds=half[1], now=NOW)

    def read_the_transcript(self, n):
        learner = self.who(n)
        if asked := learner.contract.recording_ids:
            services.record_read(learner, asked[n % len(asked)], now=NOW)

    def who(self, n):
        pk = self.enrolments[n % len(self.enrolments)].pk
        return Enrolment.objects.select_related("contract", "run__course", "resume_lesson").get(pk=pk)

    # -- What authors do

    def add(self, n):
        LessonPageFactory(parent=self.modules[n % 2], live=False).save_revision().publish()

    def take_down(self, n):
        if lesson := self.pick(LessonPage, n, live=True):
            lesson.unpublish()

    def put_back(self, n):
        if lesson := self.pick(LessonPage, n, live=False):
            lesson.save_revision().publish()

    def delete(self, n):
        if lesson := self.pick(LessonPage, n):
            lesson.delete()

    def reorder(self, n):
        if lesson := self.pick(LessonPage, n):
            lesson.move(lesson.get_parent(), pos="first-child")

    def make_optional_or_required(self, n):
        if lesson := self.pick(LessonPage, n, live=True):
            lesson.is_optional = not lesson.is_optional
            lesson.save_revision().publish()

    def replace_quiz(self, n):
        self.pick(QuizPage, n).delete()
        module = next(one for one in self.modules if not QuizPage.objects.child_of(one).exists())
        quiz_with_questions(2, module=module, live=False).save_revision().publish()

    def make_practice_or_graded(self, n):
        quiz = self.pick(QuizPage, n)
        quiz.is_graded = not quiz.is_graded
        quiz.save_revision().publish()

    def change_the_pass_mark(self, n):
        self.course.refresh_from_db()
        self.course.pass_mark_percent = (40, 60, 90)[n % 3]
        self.course.save_revision().publish()

    def change_the_mark_of_a_quiz(self, n):
        quiz = self.pick(QuizPage, n)
        quiz.pass_mark_percent = (None, 50, 80, 100)[n % 4]
        quiz.save_revision().publish()

    def show_another_recording(self, n):
        if lesson := self.pick(LessonPage, n):
            lesson.body = [("video", self.videos[n % 3])] if n % 4 else []
            lesson.save_revision().publish()

    def ask_to_watch(self, n):
        if lesson := self.pick(LessonPage, n):
            lesson.watched_percent = (None, 40, 90)[n % 3]
            lesson.save_revision().publish()

    def check(self):
        for enrolment in map(self.who, range(len(self.enrolments))):
            syllabus = syllabus_for(self.course, enrolment)
            progress = syllabus.progress
            # Every side tells the same: the course's page, my learning, the counters that tables are made of.
            learning = overviews.learning_of(enrolment.learner)
            (mine,) = [one for one in (learning.current, *learning.under_way, *learning.completed) if one]
            assert mine.syllabus.progress == progress
            assert (enrolment.lessons_done, enrolment.quizzes_passed) == (
                progress.lessons_done,
                progress.quizzes_passed,
            )
            assert len(syllabus.missing) == len(progress.missing)  # whatever is missing can be reached
            assert self.best.get(enrolment.pk, 0) <= progress.percent <= 100
            self.best[enrolment.pk] = progress.percent
            completions = Completion.objects.filter(enrolment=enrolment).count()
            assert completions == (enrolment.state == Enrolment.State.COMPLETED) == progress.is_complete


deeds = st.sampled_from(
    [
        Academy.enrol,
        Academy.read,
        Academy.answer,
        Academy.watch,
        Academy.watch,
        Academy.read_the_transcript,
        Academy.show_another_recording,
        Academy.ask_to_watch,
        Academy.add,
        Academy.take_down,
        Academy.put_back,
        Academy.delete,
        Academy.reorder,
        Academy.make_optional_or_required,
        Academy.replace_quiz,
        Academy.make_practice_or_graded,
        Academy.change_the_pass_mark,
        Academy.change_the_mark_of_a_quiz,
    ]
)


@pytest.mark.integration
class TestOnRealPages(TestCase):
    @given(st.lists(st.tuples(deeds, st.integers(0, 11)), min_size=6, max_size=14))
    @settings(max_examples=6)
    def test_every_side_tells_the_same_whatever_happens(self, story):
        app.conf.task_always_eager = True
        try:
            academy = Academy()
            academy.check()
            for deed, n in story:
                with self.captureOnCommitCallbacks(execute=True):
                    deed(academy, n)
                academy.check()
        finally:
            app.conf.task_always_eager = False
