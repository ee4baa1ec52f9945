"""Lessons written in batches: the same as one by one, in any order, with any repeat; and no dearer."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses.enrolment.models import Enrolment
from courses.lessons.models import Lesson
from courses.progress.models import Completion, LessonProgress
from courses.progress.queries.locking import known_lessons, locked_enrolment
from courses.progress.settling import Mark, settle
from lms.measures.models import MilestoneDelta
from tests.counts import lessons_counted
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import NOW, enrolled

LESSONS = 4


def settle_all(enrolment: Enrolment, marks: list[Mark]):
    with transaction.atomic():
        return settle(locked_enrolment(enrolment.pk), now=NOW, marks=marks, is_learner_here=True)


@pytest.mark.django_db
def test_twenty_lessons_take_as_many_statements_as_one():
    enrolment = enrolled(course_with_lessons(42))
    ids = enrolment.contract.lesson_ids

    def asked(marks):
        with CaptureQueriesContext(connection) as queries:
            settle_all(enrolment, marks)
        return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]

    settle_all(enrolment, [Mark(ids[0], NOW, NOW)])
    one = asked([Mark(ids[1], NOW, NOW)])
    twenty = asked([Mark(lesson_id, NOW, NOW) for lesson_id in ids[20:40]])
    assert [sql.split()[0] for sql in one] == ["SELECT", "SELECT", "INSERT", "INSERT", "UPDATE"]
    assert len(twenty) == len(one) + 1  # more than half of the course: a milestone


@pytest.mark.django_db
def test_what_is_known_already_writes_nothing():
    enrolment = enrolled(course_with_lessons(3))
    mark = Mark(enrolment.contract.lesson_ids[0], NOW, NOW)
    settle_all(enrolment, [mark])
    with CaptureQueriesContext(connection) as queries:
        settle_all(enrolment, [mark, Mark(mark.lesson_id, NOW + timedelta(days=1))])
    assert [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]] == ["SELECT", "SELECT"]
    assert LessonProgress.objects.get().done_at == NOW


@pytest.mark.django_db
def test_a_locked_enrolment_is_the_one_that_the_orm_reads():
    enrolment = enrolled(course_with_lessons(2))
    with transaction.atomic():
        locked = locked_enrolment(enrolment.pk)
        assert vars_of(locked) == vars_of(Enrolment.objects.get())
        assert vars_of(locked.contract).items() <= vars_of(Enrolment.objects.get().contract).items()
        assert locked.run.course_id == enrolment.run.course_id
        with pytest.raises(Enrolment.DoesNotExist):
            locked_enrolment(enrolment.pk + 1)


def vars_of(row) -> dict:
    return {
        field.attname: vars(row)[field.attname] for field in row._meta.concrete_fields if field.attname in vars(row)
    }


@pytest.mark.django_db
def test_a_lesson_is_known_by_its_key():
    enrolled(page := course_with_lessons(1))
    lesson = Lesson.objects.get()
    key = page.translation_key  # a course's, so no lesson's
    found = known_lessons([lesson.translation_key, key])
    assert [(one, known.lesson_id, known.has_webinar) for one, known in found.items()] == [
        (lesson.translation_key, lesson.pk, False)
    ]


class Batches(TestCase):
    """Any marks, split into batches anyhow and repeated anyhow, leave what one by one they leave."""

    @settings(max_examples=40, deadline=None)
    @given(
        marks=st.lists(st.tuples(st.integers(0, LESSONS - 1), st.booleans()), min_size=1, max_size=8),
        cuts=st.lists(st.integers(0, 8), max_size=3),
        data=st.data(),
    )
    def test_batches_are_as_single_steps(self, marks, cuts, data):
        course = course_with_lessons(LESSONS)
        single, batched = enrolled(course), enrolled(course)
        ids = single.contract.lesson_ids
        steps = [Mark(ids[n], NOW, NOW if is_done else None) for n, is_done in marks]
        for step in steps:
            settle_all(single, [step])
        again = data.draw(st.permutations([*steps, *steps[: len(steps) // 2]]))
        ends = sorted({0, *cuts, len(again)})
        for start, end in zip(ends, [*ends[1:], len(again)], strict=True):
            settle_all(batched, again[start:end])
        assert left_by(single) == left_by(batched)
        done = {lesson_id for lesson_id, is_done in left_by(single)["rows"] if is_done}
        assert Enrolment.objects.get(pk=single.pk).lessons_done == len(done)
        assert left_by(single)["completed"] == (len(done) == LESSONS)
        assert lessons_counted() == {
            lesson_id: (2, 2 * (lesson_id in done)) for lesson_id, _ in left_by(single)["rows"]
        }
        assert MilestoneDelta.objects.filter(milestone="completed").count() == 2 * (len(done) == LESSONS)


def left_by(enrolment: Enrolment) -> dict:
    enrolment.refresh_from_db()
    return {
        "rows": {
            (row.lesson_id, row.done_at is not None) for row in LessonProgress.objects.filter(enrolment=enrolment)
        },
        "counters": (enrolment.lessons_done, enrolment.state, enrolment.started_at, enrolment.half_at),
        "completed": Completion.objects.filter(enrolment=enrolment).exists(),
    }
