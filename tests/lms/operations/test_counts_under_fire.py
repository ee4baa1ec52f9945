"""Counts stay exact whoever writes, moves, erases, folds, dies or repairs at the same moment; with real processes."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.db import connection

from courses.assessments.models import QuizPage
from courses.lessons.models import LessonPage
from courses.progress.services import mark_lesson_done
from lms.measures.models import LessonDelta, MilestoneDelta
from lms.measures.services import fold_lessons, fold_milestones
from tests.counts import differences
from tests.factories.accounts import AdministratorFactory, InstitutionFactory, UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import enrolled, right_answers, take_quiz
from tests.factories.webinars import dated_webinar
from tests.services import ROOT

pytestmark = pytest.mark.postgres

BEGINS = datetime(2027, 1, 20, 9, tzinfo=UTC)
SECONDS, PEOPLE = 25, 16


@pytest.mark.parametrize("seed", [7, 77, 777])
def test_whatever_happens_at_once_counts_equal_a_recount(seed, process_environment, tmp_path):
    AdministratorFactory()
    InstitutionFactory.create_batch(2)
    courses = [course_with_lessons(2) for _course in range(2)]
    for course in courses:
        quiz_with_questions(1, module=course.get_children().first().specific)
    quiz = QuizPage.objects.descendant_of(courses[0]).get()
    for number, person in enumerate(UserFactory.create_batch(PEOPLE)):
        enrolment = enrolled(courses[0], person, now=BEGINS)
        for lesson in LessonPage.objects.descendant_of(courses[0]):
            mark_lesson_done(enrolment, lesson, now=BEGINS)
        if number % 2:  # others have only that to do yet
            take_quiz(enrolment, quiz, right_answers(quiz), now=BEGINS)
    for days in range(6, 150, 12):
        dated_webinar(now=BEGINS, days=days, gives_certificate=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a server does by itself after a while
    environment = {
        **process_environment,
        "FIRE_BEGINS": BEGINS.isoformat(),
        "BROKER_URL": "memory://",
        "VAR_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "tests.lms.operations.under_fire", str(seed), str(SECONDS)]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr[-3000:]
    answer = json.loads(said.stdout)
    print(answer["done"])  # pytest shows it of a run that fails
    assert not answer["faults"], "\n".join(answer["faults"])
    assert MilestoneDelta.objects.exists()
    assert LessonDelta.objects.exists()
    assert differences() == []
    while fold_milestones() or fold_lessons():
        pass
    assert differences() == []
    assert answer["missing"] == []
