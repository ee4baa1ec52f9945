from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page

from courses.assessments.models import QuizPage
from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage
from courses.progress import services


@hooks.register("before_serve_page", order=10)  # after admit_learners, which finds the enrolment
def remember_place(page: Page, request: HttpRequest, serve_args, serve_kwargs) -> None:
    """Remember the lesson a learner opens as the place to go on."""
    enrolment = getattr(request, "enrolment", None)
    is_studying = enrolment is not None and enrolment.state == Enrolment.State.ACTIVE
    if is_studying and request.method == "GET" and isinstance(page, LessonPage):
        services.record_visit(enrolment, page, now=timezone.now())


@hooks.register("before_serve_page", order=10)
def open_quiz(page: Page, request: HttpRequest, serve_args, serve_kwargs) -> None:
    """Leave the attempt that a learner is in the middle of, or None, in `request.attempt` for the quiz's template tags."""
    enrolment = getattr(request, "enrolment", None)
    if enrolment and request.method == "GET" and isinstance(page, QuizPage):
        request.attempt = services.attempt_at(enrolment, page, now=timezone.now())
