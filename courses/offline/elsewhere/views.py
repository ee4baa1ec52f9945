from tempfile import SpooledTemporaryFile
from typing import IO, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from courses.enrolment.queries import admission_to
from courses.lessons.models import LessonPage
from courses.offline.elsewhere.books import MIMETYPE, write_book
from courses.offline.elsewhere.queries import book_of
from courses.offline.elsewhere.services import mail_lesson
from courses.offline.saving.queries import taken_course
from lms.accounts.limits import limited

HELD_IN_MEMORY = 1_000_000  # bytes of a book; of a larger one the rest waits in a file


@login_required
@require_safe
@cache_control(private=True, no_store=True)
@limited("course-book", most=10)
def book(request: HttpRequest, page_id: int) -> FileResponse:
    """Send a course that the reader studies as an EPUB."""
    course = taken_course(request.user, page_id)
    if course is None:
        raise Http404
    file = cast(IO[bytes], SpooledTemporaryFile(HELD_IN_MEMORY))  # noqa: SIM115 - the answer closes it
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    write_book(file, book_of(course, today=today))
    file.seek(0)
    name = f"{slugify(course.page.title, allow_unicode=True) or 'course'}.epub"
    return FileResponse(file, as_attachment=True, filename=name, content_type=MIMETYPE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lesson-mail", most=20)
def mail(request: HttpRequest, page_id: int) -> HttpResponse:
    """Send the text of a lesson to the reader's own address, and go back to it."""
    page = get_object_or_404(LessonPage.objects.live().select_related("locale"), pk=page_id)
    if request.method == "POST" and admission_to(request.user, page).enrolment:
        mail_lesson(request.user, page, now=timezone.now())
        said = _("The text of this lesson is on its way to %(address)s. It is sent once a day at most.")
        messages.success(request, said % {"address": request.user.email})
    return redirect(page.url)
