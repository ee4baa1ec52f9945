"""A course as a device is told of it: what to fetch, how much it is, and the page that is put around each text."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from courses.assessments.forms import attempt_form
from courses.assessments.models import Attempt, QuizPage
from courses.offline.saving.queries import TakenCourse, TakenLesson
from courses.progress.queries import Step
from courses.progress.services import attempt_to_take_along

VERSION = 1


def manifest_of(course: TakenCourse, request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Return the manifest of a course for its learner; an attempt that costs nothing to begin is begun for each quiz.

    Attempts that are in it wait for the device as they are drawn.
    """
    language = course.page.locale.language_code
    with translation.override(language):
        shell = render_to_string(
            "courses/offline/shell.html", {"messages": (), "course_id": course.page.pk}, request=request
        )
        lessons = [_lesson(course, lesson) for lesson in course.lessons]
        quizzes = [_quiz(course, step, page, now=now) for step, page in course.quizzes]
    what_is_kept = [lessons, [(quiz["id"], quiz["attempt"]) for quiz in quizzes], shell]
    return {
        "version": VERSION,
        "digest": hashlib.sha256(json.dumps(what_is_kept).encode()).hexdigest()[:16],
        "id": course.page.pk,
        "title": course.page.title,
        "url": course.syllabus.url,
        "language": language,
        "sizes": course.parts.sizes(),
        "pictures": course.parts.pictures,
        "sound": course.parts.sound,
        "video": course.parts.video,
        "shell": shell,
        "lessons": lessons,
        "quizzes": quizzes,
    }


def _lesson(course: TakenCourse, lesson: TakenLesson) -> dict[str, Any]:
    return {
        **_place(course, lesson.step),
        "fragment": lesson.fragment.url,
        "bytes": lesson.fragment.size_bytes,
        "pictures": [one.url for one in lesson.fragment.pictures if one.url in course.parts.pictures],
        "recordings": [
            {
                "id": file.item_id,
                "kind": file.kind,
                "url": file.url,
                "bytes": file.size_bytes,
                "seconds": file.seconds,
            }
            for file in lesson.recordings
        ],
        "unwatched": [
            {"id": one.item_id, "title": one.title, "asked": one.asked_percent, "reached": one.best_percent}
            for one in lesson.step.unwatched
        ],
        "written": {str(key): {"text": text, "seen": seen} for key, (text, seen) in lesson.written.items()},
        "by_hand": lesson.is_done_by_hand,
    }


def _quiz(course: TakenCourse, step: Step, page: QuizPage, *, now: datetime) -> dict[str, Any]:
    attempt = attempt_to_take_along(course.enrolment, page, now=now)
    why = _why_not(attempt, page)
    form = ""
    if attempt and not why:
        with translation.override(page.locale.language_code):
            form = render_to_string("courses/offline/quiz_form.html", {"page": page, "quiz": attempt_form(attempt)})
    return {
        **_place(course, step),
        "intro": page.intro,
        "attempt": attempt.pk if attempt and form else None,
        "form": form,
        "why": why,
    }


def _why_not(attempt: Attempt | None, page: QuizPage) -> str:
    if attempt and not attempt.due_at:
        return ""
    if attempt or page.deciding.time_limit_minutes:
        return _("This quiz has a time limit, which the academy’s clock counts. Take it with a connection.")
    return _("Beginning this quiz uses up an attempt, so it is not begun for you. Begin it with a connection.")


def _place(course: TakenCourse, step: Step) -> dict[str, Any]:
    number, module = course.syllabus.numbered(step)
    return {
        "id": step.page_id,
        "kind": step.kind,
        "url": step.url,
        "title": step.title,
        "language": step.language,
        "number": number,
        "place": course.syllabus.steps.index(step),
        "minutes": step.minutes,
        "module": module.title,
        "module_url": module.url,
        "done": step.is_done,
    }
