from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from courses.catalogue.queries import course_page_of
from courses.enrolment.queries import admission_to, is_studied
from courses.lessons.models import ModulePage


@hooks.register("before_serve_page")
def admit_learners(page: Page, request: HttpRequest, serve_args, serve_kwargs) -> HttpResponse | None:
    """Serve lessons and quizzes only to those who may study them; send others to where they can enrol.

    Leaves the reader's enrolment, or None, in `request.enrolment` for the page's template tags.
    """
    if isinstance(page, ModulePage):
        return redirect(f"{course_page_of(page).get_url(request)}#module-{page.pk}")
    if not is_studied(page):
        return None
    admission = admission_to(request.user, page)
    request.enrolment = admission.enrolment
    if admission.is_admitted:
        return None
    if not request.user.is_authenticated:
        messages.info(request, _("Sign in to read this lesson, or make an account; it takes a minute."))
        return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
    messages.info(request, _("Enrol in this course to open its lessons and quizzes. You can leave it at any time."))
    return redirect(course_page_of(page).get_url(request))
