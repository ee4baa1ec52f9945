from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from courses.assessments import queries, rules
from courses.assessments.errors import NothingToAnswer
from courses.assessments.models import Attempt, Question, Quiz, QuizPage, QuizStanding, Response
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment


def ensure_quizzes(course: Course, titles: Mapping[str, str]) -> list[Quiz]:
    """Return the identity rows of these quizzes (translation key -> title), in order; missing ones are made."""
    known = {str(row.translation_key): row for row in Quiz.objects.filter(translation_key__in=titles)}
    missing = [key for key in titles if key not in known]
    if missing:
        Quiz.objects.bulk_create(
            [Quiz(translation_key=key, course=course, title=titles[key]) for key in missing], ignore_conflicts=True
        )
        known |= {str(row.translation_key): row for row in Quiz.objects.filter(translation_key__in=missing)}
    return [known[key] for key in titles]


@transaction.atomic
def mark_attempt(
    enrolment: Enrolment, page: QuizPage, answers: Mapping[int, Any], *, submission: UUID, now: datetime
) -> Attempt:
    """Mark the answers (question id -> answer as its marker takes it) and record the attempt and the best result.

    The caller holds the enrolment's lock. A submission that is already recorded is returned as it was marked.
    Raises NothingToAnswer if the quiz has no live question.
    """
    recorded = Attempt.objects.filter(enrolment=enrolment, submission=submission).first()
    if recorded:
        return recorded
    questions = queries.live_questions(page)
    if not questions:
        raise NothingToAnswer(_("This quiz has no questions yet. Come back when its authors have published some."))
    quiz, _created = Quiz.objects.get_or_create(
        translation_key=page.translation_key, defaults={"course_id": enrolment.run.course_id, "title": page.title}
    )
    standing, _created = QuizStanding.objects.get_or_create(enrolment=enrolment, quiz=quiz)
    marks = [_mark(question, answers.get(question.pk)) for question in questions]
    possible = sum(question.points for question in questions)
    points = sum(mark.score * question.points for mark, question in zip(marks, questions, strict=True))
    pass_mark = enrolment.contract.mark_asked_of(quiz.pk)
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz=quiz,
        number=standing.attempts + 1,
        submission=submission,
        submitted_at=now,
        points=points,
        points_possible=possible,
        pass_mark_percent=pass_mark,
        has_passed=rules.has_passed(points, possible, pass_mark),
    )
    Response.objects.bulk_create(
        Response(
            attempt=attempt,
            question=question,
            position=position,
            revision_id=question.live_revision_id,
            answer=answers.get(question.pk, []),
            score_fraction=mark.score,
        )
        for position, (question, mark) in enumerate(zip(questions, marks, strict=True))
    )
    standing.attempts = attempt.number
    standing.best_fraction = max(standing.best_fraction, attempt.score_fraction)
    standing.passed_at = standing.passed_at or (now if attempt.has_passed else None)
    standing.save()
    return attempt


def _mark(question: Question, answer: Any) -> rules.Mark:
    if answer is None:
        return rules.Mark(0.0, (rules.Reason("no-answer"),))
    return rules.mark(question.kind, question.item, answer)


@transaction.atomic
def translate_questions_of(page: QuizPage) -> None:
    """Let a quiz ask its questions in its own language: each one's translation, or a draft copy to be translated."""
    page = QuizPage.objects.get(pk=page.pk)
    uses = list(page.quiz_questions.select_related("question"))
    for use in uses:
        translation = use.question.get_translation_or_none(page.locale)
        if translation is None:
            translation = use.question.copy_for_translation(page.locale)
            translation.save()
        use.question = translation
    page.quiz_questions = uses
    page.save()
    page.save_revision()
