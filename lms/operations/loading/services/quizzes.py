import json
import uuid
from collections.abc import Mapping
from typing import Any

from courses.assessments.exchange import task_in_files, trials_in_files
from courses.assessments.models import Question, QuizPage, QuizQuestion
from courses.catalogue.models import Course as CourseIdentity
from courses.lessons.models import ModulePage
from lms.operations.loading.catalogue import Quiz
from lms.operations.loading.ledger import Outcome, digest_of
from lms.operations.loading.services.run import NAMES, LoadRun, new_page, set_all

_MINUTES_PER_QUESTION = 2


def load_quiz(
    run: LoadRun, module_page: ModulePage, quiz: Quiz, slug: str, language: str, identity: CourseIdentity
) -> QuizPage | None:
    questions = [
        _load_question(run, question, item, slug, language, identity)
        for question, item in zip(quiz.head.questions, quiz.items, strict=True)
    ]
    name = f"quiz:{language}:{slug}/{module_page.slug}"
    minutes = _MINUTES_PER_QUESTION * max(sum(question.live for question in questions if question), 1)
    digest = digest_of([quiz.head.title, minutes, [question.id for question in quiz.head.questions]])
    page = run.page(QuizPage, name) or run.adopt(QuizPage, module_page, "quiz")
    outcome = run.ledger.decide(name, quiz.head.title, digest, page)
    if outcome.writes:
        page = page or new_page(QuizPage, "quiz", run.locales[language], None)
        page.title, page.minutes = quiz.head.title, minutes
        page.quiz_questions = [QuizQuestion(question=question) for question in questions if question]
        run.publish(page, name, digest, parent=module_page)
    return page


def _load_question(
    run: LoadRun, question: Any, item: Mapping[str, Any], slug: str, language: str, identity: CourseIdentity
) -> Question | None:
    name = f"question:{language}:{slug}/{question.id}"
    is_live = question.type in Question.ANSWERABLE
    if not is_live:
        run.waiting_questions.append(f"{question.id} ({Question.Kind(question.type).label})")

    def named(part: str) -> str:
        return str(uuid.uuid5(NAMES, f"{name}/{part}"))

    fields = {
        "kind": question.type,
        "objective_key": question.objective,
        "stem": question.stem,
        "points": question.points,
        "feedback_right": question.feedback.right,
        "feedback_wrong": question.feedback.wrong,
        "task": json.dumps(task_in_files(item, named)),
        "trials": json.dumps(trials_in_files(item, named)),
    }
    digest = digest_of([fields, is_live])
    locale = run.locales[language]
    stored = Question.objects.filter(key=question.id, locale=locale).first()
    outcome = run.ledger.decide(name, question.id, digest, stored)
    if outcome is Outcome.KEPT_DELETED:
        return None
    if outcome.writes:
        stored = stored or Question(key=question.id, locale=locale, live=False)
        set_all(stored, {**fields, "course": identity})
        stored.full_clean()
        if stored.pk is None:
            stored.has_unpublished_changes = True
            stored.save()
        revision = stored.save_revision(clean=False)
        if is_live:
            revision.publish()
            stored.refresh_from_db()
        run.ledger.record(name, digest, stored)
    return stored
