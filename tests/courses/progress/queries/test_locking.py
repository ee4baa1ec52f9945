"""What is read under the lock and what pages read are the same truth."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses.assessments.models import Quiz, QuizStanding
from courses.enrolment.models import Contract, Enrolment
from courses.enrolment.rules import Easing
from courses.lessons.models import Lesson, LessonPage
from courses.progress.models import LessonProgress, WatchedMedia
from courses.progress.queries.locking import locked_enrolment, reached_by
from courses.progress.queries.records import eased_steps, records_of, requirements_of
from courses.progress.rules import LESSON, QUIZ, measure
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import LessonPageFactory, course_with_lessons
from tests.factories.media import CaptionsFactory, ready_video
from tests.factories.progress import NOW, enrolled

fractions = st.sampled_from([0.0, 0.3, 0.6999999999999999, 0.7, 0.7000000001, 0.8, 1.0])
at_most_one_each = {"unique_by": lambda row: row[0], "max_size": 4}


@pytest.mark.integration
class Reached(TestCase):
    """Lessons, quizzes and recordings, asked for or not, in any state: both readers measure the same."""

    @classmethod
    def setUpTestData(cls):
        cls.studied = {asked: studied(are_recordings_asked=asked) for asked in (True, False)}

    @settings(max_examples=60, deadline=None)
    @given(
        seen=st.lists(st.tuples(st.integers(0, 3), st.booleans()), **at_most_one_each),
        taken=st.lists(st.tuples(st.integers(0, 2), fractions, st.booleans()), **at_most_one_each),
        watched=st.lists(st.tuples(st.integers(0, 2), fractions), **at_most_one_each),
        are_recordings_asked=st.booleans(),
        eased=st.lists(st.sampled_from(["lesson", "quiz", "recording", "mark"]), unique=True),
    )
    def test_what_is_read_under_the_lock_is_what_pages_read(self, seen, taken, watched, are_recordings_asked, eased):
        enrolment, lessons, quizzes, recordings = self.studied[are_recordings_asked]
        ease(enrolment.contract, eased)
        LessonProgress.objects.bulk_create(
            LessonProgress(
                enrolment=enrolment,
                lesson_id=lessons[n],
                first_seen_at=NOW,
                done_at=NOW + timedelta(hours=1) if is_done else None,
            )
            for n, is_done in seen
        )
        QuizStanding.objects.bulk_create(
            QuizStanding(
                enrolment=enrolment, quiz_id=quizzes[n], best_fraction=best, passed_at=NOW if has_passed else None
            )
            for n, best, has_passed in taken
        )
        WatchedMedia.objects.bulk_create(
            WatchedMedia(enrolment=enrolment, item_id=recordings[n], reached_fraction=fraction, changed_at=NOW)
            for n, fraction in watched
        )
        locked = locked_enrolment(enrolment.pk)
        reached = reached_by(locked)
        record = records_of([Enrolment.objects.select_related("contract").get(pk=enrolment.pk)])[enrolment.pk]
        contract = locked.contract
        assert measure(requirements_of(contract), reached.of_steps, eased=eased_steps(contract)) == record.progress
        done = {pk for pk in lessons if reached.of_steps.get((LESSON, pk)) == 1}
        assert done == ids_of(Lesson, record.done_keys)
        best = {pk: reached.of_steps.get((QUIZ, pk), 0) for pk in quizzes}
        passed = {pk for pk, fraction in best.items() if 100 * fraction >= contract.mark_asked_of(pk) - 1e-9}
        assert passed & {quizzes[n] for n, *_ in taken} == ids_of(Quiz, record.done_keys)
        assert set(reached.lessons) == {lessons[n] for n, _is_done in seen}


def studied(*, are_recordings_asked: bool) -> tuple[Enrolment, list[int], list[int], list[int]]:
    """Return an enrolment, and the ids of lessons, quizzes and recordings; the last of each is asked of nobody."""
    course = course_with_lessons(1, 1, 1)
    modules = course.get_children().specific()
    recordings = [CaptionsFactory(item=ready_video()).item for _number in range(3)]
    first = LessonPage.objects.descendant_of(course).first()
    first.body = [("video", recordings[0]), ("video", recordings[1])]
    first.watched_percent = 80 if are_recordings_asked else None
    first.save()
    LessonPageFactory(parent=modules.last(), is_optional=True)
    quizzes = [quiz_with_questions(1, module=module, is_graded=n < 2) for n, module in enumerate(modules)]
    enrolment = enrolled(course)
    contract = enrolment.contract
    lessons = ids_in_order(Lesson, LessonPage.objects.descendant_of(course), contract.course)
    return (
        enrolment,
        lessons,
        ids_in_order(Quiz, quizzes, contract.course),
        [recording.pk for recording in recordings],
    )


def ids_in_order(model, pages, course) -> list[int]:
    """Return the identities of pages, made where nothing has asked for them yet."""
    return [
        model.objects.get_or_create(
            translation_key=page.translation_key, defaults={"course": course, "title": page.title}
        )[0].pk
        for page in pages
    ]


def ids_of(model, keys) -> set[int]:
    return set(model.objects.filter(translation_key__in=keys).values_list("pk", flat=True))


def ease(contract: Contract, what: list[str]) -> None:
    """Have later versions let go of the first step of some kinds, or lower the mark of the first quiz."""
    contract.easing = Easing(
        lesson_ids=frozenset(contract.lesson_ids[:1] if "lesson" in what else ()),
        quiz_ids=frozenset(contract.quiz_ids[:1] if "quiz" in what else ()),
        recording_ids=frozenset(contract.recording_ids[:1] if "recording" in what else ()),
        lowest_marks=((contract.quiz_ids[0], 30),) if "mark" in what else (),
    )
    contract.save()
