"""Questions that went wrong are put right: who was asked them is marked again, and nobody loses a pass."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.models import Locale

from certificates.issuing.models import Certificate
from courses.assessments.errors import AlreadyDecided, NothingToRule
from courses.assessments.models import Appeal, Attempt, Question, QuizStanding, Response, Ruling
from courses.assessments.services import file_appeal, make_ruling, settle_ruling, uphold_appeal
from courses.assessments.services.rulings import SETTLED_AFTER
from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage
from courses.progress import services
from courses.progress.models import Completion
from courses.progress.tasks import apply_waiting_rulings
from lms.mail.models import OutgoingMail
from tests.factories.accounts import InstructorFactory
from tests.factories.assessments import choice_task, quiz_with_questions
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import NOW, complete_course, enrolled, take_quiz

pytestmark = pytest.mark.django_db

NEW_KEY, GIVE, REMOVE = Ruling.Strategy.NEW_KEY, Ruling.Strategy.GIVE, Ruling.Strategy.REMOVE
PASS_MARK = 70


@pytest.fixture
def teacher():
    return InstructorFactory()


def course_of(quiz):
    return quiz.get_parent().get_parent().specific


def answer(quiz, *options, enrolment=None) -> Attempt:
    """Hand in an attempt: the option chosen for each question in turn, None where it is left open."""
    questions = quiz.quiz_questions.order_by("sort_order").values_list("question_id", flat=True)
    given = {pk: [option] for pk, option in zip(questions, options, strict=True) if option}
    return take_quiz(enrolment or enrolled(course_of(quiz)), quiz, given)


def question_of(quiz, place=0) -> Question:
    return Question.objects.get(pk=quiz.quiz_questions.order_by("sort_order")[place].question_id)


def mend(question, right="wrong answer") -> None:
    """Publish the question with another of its options as the right one."""
    options = ("right answer", "wrong answer", "worse answer")
    question.task = choice_task("single", *options, correct=(options.index(right),))
    question.save_revision().publish()
    question.refresh_from_db()


def rule(question, strategy, by) -> Ruling:
    ruling = make_ruling(question, strategy, reason="It was wrong.", by=by, now=NOW)
    apply_waiting_rulings()
    ruling.refresh_from_db()
    return ruling


def result(attempt) -> tuple[float, int, bool]:
    attempt.refresh_from_db()
    return attempt.points, attempt.points_possible, attempt.has_passed


# -- Strategies ---------------------------------------------------------------------------------------------------


def test_a_new_key_marks_the_answers_to_earlier_versions(quiz, teacher):
    gains, loses, left_open = (
        answer(quiz, "wrong", "right"),
        answer(quiz, "right", "wrong"),
        answer(quiz, None, "right"),
    )
    mend(question_of(quiz))
    later = answer(quiz, "wrong", "wrong")
    ruling = rule(question_of(quiz), NEW_KEY, teacher)
    assert result(gains) == (2, 2, True)
    assert result(loses) == (0, 2, False)
    assert result(left_open) == (1, 2, False)
    assert result(later) == (1, 2, False)
    assert later.responses.get(position=0).ruling is None
    assert gains.responses.get(position=0).first_fraction == 0
    assert (ruling.responses_changed, ruling.attempts_passed) == (2, 1)


def test_everybody_gets_the_points(quiz, teacher):
    wrong, right = answer(quiz, "wrong", "right"), answer(quiz, "right", "right")
    ruling = rule(question_of(quiz), GIVE, teacher)
    assert result(wrong) == result(right) == (2, 2, True)
    assert (ruling.responses_changed, ruling.attempts_passed) == (1, 1)


def test_what_is_removed_counts_no_more_and_is_asked_no_more(quiz, teacher):
    half = answer(quiz, "wrong", "right")
    rule(question_of(quiz), REMOVE, teacher)
    assert result(half) == (1, 1, True)
    assert not question_of(quiz).live
    assert take_quiz(enrolled(course_of(quiz)), quiz, {}).points_possible == 1


def test_an_attempt_of_which_nothing_is_left_has_passed(client, quiz, teacher):
    attempt = answer(quiz, "wrong", "wrong")
    for place in (0, 1):
        rule(question_of(quiz, place), REMOVE, teacher)
    assert result(attempt) == (0, 0, True)
    assert attempt.percent == 100
    client.force_login(attempt.enrolment.learner)
    page = client.get(f"/my/attempts/{attempt.pk}/")
    assert "does not count any more" in strip_tags(page.content.decode())


def test_giving_points_holds_in_every_language_and_a_new_key_only_in_its_own(quiz, teacher):
    french = Locale.objects.create(language_code="fr")
    question = question_of(quiz)
    translation = question.copy_for_translation(french)
    translation.save()
    translation.save_revision().publish()
    answer(quiz, "wrong", "right")
    make_ruling(question, GIVE, reason="It was wrong.", by=teacher, now=NOW)
    assert {ruling.question_id for ruling in Ruling.objects.all()} == {question.pk, translation.pk}
    mend(question)
    make_ruling(question, NEW_KEY, reason="It was wrong.", by=teacher, now=NOW)
    assert Ruling.objects.get(strategy=NEW_KEY).question == question
    make_ruling(question, REMOVE, reason="It was wrong.", by=teacher, now=NOW)
    assert not Question.objects.filter(pk__in=[question.pk, translation.pk], live=True).exists()


def test_what_would_change_nothing_is_refused(quiz, teacher):
    with pytest.raises(NothingToRule, match="has been asked this question"):
        make_ruling(question_of(quiz), GIVE, reason="-", by=teacher, now=NOW)
    answer(quiz, "wrong", "right")
    with pytest.raises(NothingToRule, match="an earlier version"):
        make_ruling(question_of(quiz), NEW_KEY, reason="-", by=teacher, now=NOW)
    assert not Ruling.objects.exists()


def test_a_later_ruling_supersedes_an_earlier_one(quiz, teacher):
    attempt = answer(quiz, "wrong", "wrong")
    rule(question_of(quiz), GIVE, teacher)
    assert result(attempt) == (1, 2, False)
    mend(question_of(quiz), "worse answer")
    rule(question_of(quiz), NEW_KEY, teacher)
    assert result(attempt) == (0, 2, False)
    rule(question_of(quiz), REMOVE, teacher)
    assert result(attempt) == (0, 1, False)
    response = attempt.responses.get(position=0)
    assert (response.first_fraction, response.score_fraction, response.is_removed) == (0, 0, True)


def test_an_answer_handed_in_later_is_marked_by_the_ruling(quiz, teacher):
    enrolment = enrolled(course_of(quiz))
    attempt = services.begin_quiz(enrolment, quiz, now=NOW)
    answer(quiz, "wrong", "right")
    mend(question_of(quiz))
    rule(question_of(quiz), NEW_KEY, teacher)
    question_ids = [response.question_id for response in attempt.responses.all()]
    services.submit_quiz(enrolment, attempt.pk, dict(zip(question_ids, (["wrong"], ["right"]), strict=True)), now=NOW)
    assert result(attempt) == (2, 2, True)
    assert attempt.responses.get(position=0).first_fraction == 0


# -- Nobody loses a pass ------------------------------------------------------------------------------------------


def test_who_has_passed_loses_nothing(quiz, teacher, django_capture_on_commit_callbacks):
    enrolment = enrolled(course_of(quiz))
    with django_capture_on_commit_callbacks(execute=True):
        completion = complete_course(enrolment, course_of(quiz))
    attempt = Attempt.objects.get(enrolment=enrolment)
    certificate = Certificate.objects.values().get(completion=completion)
    mend(question_of(quiz))
    rule(question_of(quiz), NEW_KEY, teacher)
    assert result(attempt) == (2, 2, True)
    assert attempt.responses.get(position=0).score_fraction == 0  # what the answer is worth is not hidden
    standing = QuizStanding.objects.get(enrolment=enrolment)
    assert (standing.best_fraction, standing.passed_at, standing.attempts) == (1, NOW, 1)
    assert Completion.objects.get() == completion
    assert Certificate.objects.values().get(completion=completion) == certificate


def test_the_best_result_never_falls(quiz, teacher):
    enrolment = enrolled(course_of(quiz))
    answer(quiz, "right", "wrong", enrolment=enrolment)
    mend(question_of(quiz))
    rule(question_of(quiz), NEW_KEY, teacher)
    assert QuizStanding.objects.get(enrolment=enrolment).best_fraction == 0.5


def test_who_now_passes_completes_the_course_and_gets_a_certificate(
    quiz, teacher, django_capture_on_commit_callbacks, settings
):
    enrolment = enrolled(course_of(quiz))
    for lesson in LessonPage.objects.descendant_of(course_of(quiz)):
        services.mark_lesson_done(enrolment, lesson, now=NOW)
    answer(quiz, "wrong", "right", enrolment=enrolment)
    with django_capture_on_commit_callbacks(execute=True):
        rule(question_of(quiz), GIVE, teacher)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.quizzes_passed) == (Enrolment.State.COMPLETED, 1)
    assert Certificate.objects.filter(completion__enrolment=enrolment).exists()


# -- Applied in the background ------------------------------------------------------------------------------------


def test_a_ruling_is_applied_once_however_often_it_runs(quiz, teacher):
    attempt = answer(quiz, "wrong", "right")
    first = rule(question_of(quiz), GIVE, teacher)
    before = list(Response.objects.order_by("pk").values()), result(attempt)
    apply_waiting_rulings()
    first.refresh_from_db()
    assert (list(Response.objects.order_by("pk").values()), result(attempt)) == before
    assert (first.responses_changed, first.attempts_passed) == (1, 1)


def test_a_task_that_dies_half_way_and_runs_again_gives_the_same(quiz, teacher, monkeypatch):
    attempts = [answer(quiz, "wrong", "right") for _n in range(4)]
    ruling = make_ruling(question_of(quiz), GIVE, reason="It was wrong.", by=teacher, now=NOW)
    done = []

    class Killed(BaseException):
        """As a kill is: nothing that catches errors catches it."""

    def mark_two(attempt_id, *, now):
        if len(done) == 2:
            raise Killed
        done.append(attempt_id)
        services_mark(attempt_id, now=now)

    services_mark = services.mark_attempt_again
    monkeypatch.setattr(services, "mark_attempt_again", mark_two)
    with pytest.raises(Killed):
        apply_waiting_rulings()
    monkeypatch.setattr(services, "mark_attempt_again", services_mark)
    assert [result(attempt)[2] for attempt in attempts] == [True, True, False, False]
    apply_waiting_rulings()
    assert [result(attempt) for attempt in attempts] == [(2, 2, True)] * 4
    ruling.refresh_from_db()
    assert (ruling.responses_changed, ruling.attempts_passed) == (4, 4)
    assert ruling.applied_at


def test_one_that_cannot_be_marked_keeps_no_other_back(quiz, teacher, monkeypatch, caplog):
    broken, other = answer(quiz, "wrong", "right"), answer(quiz, "wrong", "right")
    ruling = make_ruling(question_of(quiz), GIVE, reason="It was wrong.", by=teacher, now=NOW)
    QuizStanding.objects.filter(enrolment=broken.enrolment).delete()
    apply_waiting_rulings()
    assert result(other)[2]
    assert f"Attempt {broken.pk} could not be marked again" in caplog.text
    ruling.refresh_from_db()
    assert ruling.applied_at is None


def test_a_ruling_is_looked_at_again_until_no_form_can_be_under_way(quiz, teacher):
    attempt = answer(quiz, "wrong", "right")
    ruling = make_ruling(question_of(quiz), GIVE, reason="It was wrong.", by=teacher, now=NOW)
    services.mark_attempt_again(attempt.pk, now=NOW)
    assert not settle_ruling(ruling, now=NOW + SETTLED_AFTER / 2)
    late = answer(quiz, "wrong", "right")
    late.responses.update(ruling=None, first_fraction=None, score_fraction=0)  # as if it had not seen the ruling
    assert not settle_ruling(ruling, now=NOW + SETTLED_AFTER)
    services.mark_attempt_again(late.pk, now=NOW)
    assert settle_ruling(ruling, now=NOW + SETTLED_AFTER)


# -- Appeals ------------------------------------------------------------------------------------------------------


def test_an_upheld_appeal_upholds_the_others_that_gain(quiz, teacher):
    attempts = [answer(quiz, option, "right") for option in ("wrong", "wrong", "worse")]
    appeals = [
        file_appeal(one.responses.get(position=0), by=one.enrolment.learner, text="", now=NOW) for one in attempts
    ]
    mend(question_of(quiz))
    uphold_appeal(appeals[0], NEW_KEY, answer="You are right.", by=teacher, now=NOW)
    apply_waiting_rulings()
    states = [Appeal.objects.get(pk=appeal.pk).state for appeal in appeals]
    assert states == ["upheld", "upheld", "open"]
    assert {mail.to for mail in OutgoingMail.objects.filter(key__startswith="appeal-decided")} == {
        one.enrolment.learner.email for one in attempts[:2]
    }


def test_an_appeal_is_not_upheld_by_a_key_that_gives_it_nothing(quiz, teacher):
    attempt = answer(quiz, "worse", "right")
    appeal = file_appeal(attempt.responses.get(position=0), by=attempt.enrolment.learner, text="", now=NOW)
    mend(question_of(quiz))
    with pytest.raises(NothingToRule, match="earns no more"):
        uphold_appeal(appeal, NEW_KEY, answer="You are right.", by=teacher, now=NOW)
    assert not Ruling.objects.exists()


def test_the_learner_reads_why_a_mark_has_changed(client, quiz, teacher):
    attempt = answer(quiz, "wrong", "right")
    mend(question_of(quiz))
    rule(question_of(quiz), NEW_KEY, teacher)
    client.force_login(attempt.enrolment.learner)
    page = strip_tags(client.get(f"/my/attempts/{attempt.pk}/").content.decode())
    assert "Marked again, by a mended key." in page
    assert "It was wrong." in page
    assert "2 of 2 points" in " ".join(page.split())


def test_points_given_to_everybody_do_not_make_an_answer_right(client, quiz, teacher):
    attempt = answer(quiz, "wrong", "right")
    rule(question_of(quiz), GIVE, teacher)
    client.force_login(attempt.enrolment.learner)
    page = " ".join(strip_tags(client.get(f"/my/attempts/{attempt.pk}/").content.decode()).split())
    assert "Not right Not so." in page
    assert "everybody who was asked this question has its full points" in page
    assert "2 of 2 points" in page


# -- In any order -------------------------------------------------------------------------------------------------


@pytest.mark.integration
class TestInAnyOrder(TestCase):
    @given(st.permutations(range(4)), st.sampled_from(["right", "wrong", "worse"]), st.lists(st.booleans(), max_size=4))
    @settings(max_examples=12)
    def test_an_answer_is_marked_the_same_whenever_it_is_handed_in(self, order, option, sweeps):
        """Three learners begin at once; one hands in before all rulings, one after all, one somewhere between."""
        quiz = quiz_with_questions(2, module=course_with_lessons(1).get_children().first().specific)
        teacher = InstructorFactory()
        begun = [(e, services.begin_quiz(e, quiz, now=NOW)) for e in (enrolled(course_of(quiz)) for _n in range(3))]

        def hand_in(n):
            enrolment, attempt = begun[n]
            questions = [response.question_id for response in attempt.responses.all()]
            services.submit_quiz(enrolment, attempt.pk, {questions[0]: [option], questions[1]: ["wrong"]}, now=NOW)

        def new_key():
            mend(question_of(quiz), "worse answer")
            make_ruling(question_of(quiz), NEW_KEY, reason="-", by=teacher, now=NOW)

        def give():
            make_ruling(question_of(quiz), GIVE, reason="-", by=teacher, now=NOW)

        def remove_other():
            make_ruling(question_of(quiz, 1), REMOVE, reason="-", by=teacher, now=NOW)

        deeds = [new_key, give, remove_other, lambda: hand_in(1)]
        hand_in(0)
        for n, place in enumerate(order):
            deeds[place]()
            if n < len(sweeps) and sweeps[n]:
                apply_waiting_rulings()
        hand_in(2)
        apply_waiting_rulings()
        marks = [
            list(attempt.responses.values_list("position", "score_fraction", "first_fraction", "is_removed"))
            for _enrolment, attempt in begun
        ]
        assert marks[0] == marks[1] == marks[2]
        assert not Ruling.objects.filter(applied_at=None).exists()


# -- Races --------------------------------------------------------------------------------------------------------


def together(*acts) -> None:
    """Run each of these in a thread of its own, all beginning at once; what any of them raises is raised."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(timeout=20)
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        list(threads.map(run, acts))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_hands_in_while_rulings_are_made_and_applied_is_marked_by_them(quiz, teacher):
    begun = [(e, services.begin_quiz(e, quiz, now=NOW)) for e in (enrolled(course_of(quiz)) for _n in range(8))]
    answer(quiz, "wrong", "wrong")
    questions = [response.question_id for response in begun[0][1].responses.all()]
    given = {pk: ["wrong"] for pk in questions}

    def hand_in(enrolment, attempt):
        return lambda: services.submit_quiz(enrolment, attempt.pk, given, now=NOW)

    def make(place):
        def act():
            make_ruling(question_of(quiz, place), GIVE, reason="-", by=teacher, now=NOW)
            apply_waiting_rulings()

        return act

    together(*(hand_in(*one) for one in begun), make(0), make(1), apply_waiting_rulings, apply_waiting_rulings)
    apply_waiting_rulings()
    assert set(Attempt.objects.values_list("points", "points_possible", "has_passed")) == {(2, 2, True)}
    assert set(Response.objects.values_list("score_fraction", "first_fraction")) == {(1, 0)}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_form_that_had_not_seen_the_ruling_is_marked_by_the_next_sweep(quiz, teacher):
    """The one order that a commit allows: rulings read, ruling made and applied everywhere, form committed."""
    enrolment = enrolled(course_of(quiz))
    attempt = services.begin_quiz(enrolment, quiz, now=NOW)
    has_read, is_ruled = Event(), Event()

    def hand_in():
        def wait_after_reading(execute, sql, params, many, context):
            result = execute(sql, params, many, context)
            if "assessments_ruling" in sql and not has_read.is_set():
                has_read.set()
                is_ruled.wait(timeout=20)
            return result

        with connection.execute_wrapper(wait_after_reading):
            services.submit_quiz(enrolment, attempt.pk, {}, now=NOW)

    def rule_meanwhile():
        has_read.wait(timeout=20)
        make_ruling(question_of(quiz), GIVE, reason="-", by=teacher, now=timezone.now())
        apply_waiting_rulings()
        is_ruled.set()

    together(hand_in, rule_meanwhile)
    assert result(attempt)[0] == 0
    apply_waiting_rulings()
    assert result(attempt)[0] == 1
    assert Ruling.objects.get().applied_at is None  # others may still be under way


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_appeal_decided_by_two_at_once_is_decided_once(quiz):
    attempt = answer(quiz, "wrong", "right")
    appeal = file_appeal(attempt.responses.get(position=0), by=attempt.enrolment.learner, text="", now=NOW)
    refused = []

    def uphold():
        try:
            uphold_appeal(Appeal.objects.get(), GIVE, answer="Yes.", by=InstructorFactory(), now=NOW)
        except AlreadyDecided as refusal:
            refused.append(refusal)

    together(*[uphold] * 4)
    appeal.refresh_from_db()
    assert (appeal.state, len(refused), Ruling.objects.count()) == ("upheld", 3, 1)
    assert OutgoingMail.objects.count() == 1
