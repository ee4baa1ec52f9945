from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.catalogue.models import Course
from courses.offline.classroom import queries, tasks
from courses.offline.classroom.forms import FileForm, HostForm, ReturnForm
from courses.offline.classroom.models import ClassroomFile, ClassroomReturn
from courses.offline.classroom.services import hosts, packing, taking
from courses.offline.errors import Malformed
from lms.accounts.guards import turn_away
from lms.accounts.queries import is_staff_member
from lms.lib.errors import Refusal
from lms.lib.media import in_range

LISTED = 20
View = Callable[..., HttpResponseBase]


def for_hosts(view: View) -> View:
    """Let in who runs classes of any course; of staff among them a second factor is asked as everywhere else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        is_guest = request.user.is_authenticated and not is_staff_member(request.user)
        if is_guest and queries.may_run_classes(request.user):
            return view(request, *args, **kwargs)
        return turn_away(request, queries.may_run_classes) or view(request, *args, **kwargs)

    return guarded


@for_hosts
@require_safe
@cache_control(private=True)
def show_classrooms(request: HttpRequest) -> HttpResponse:
    """Show the courses of which somebody runs classes."""
    courses = list(queries.courses_run_by(request.user))
    titles = queries.titles_in(get_language(), courses)
    listed = sorted(((pk, title) for pk, title in titles.items()), key=lambda one: one[1].casefold())
    return render(request, "courses/offline/classroom/classrooms.html", {"courses": listed})


@for_hosts
@require_safe
@cache_control(private=True)
def show_classroom(request: HttpRequest, course_id: int) -> HttpResponse:
    """Show what there is for classes of a course: files, what was brought back, and who may; with ?live=1 the lists alone."""
    return _classroom(request, _course(request, course_id))


@for_hosts
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_file(request: HttpRequest, course_id: int) -> HttpResponse:
    course = _course(request, course_id)
    form = FileForm(request.POST or None, pages=queries.published_in(course))
    if request.method != "POST":
        return redirect("classroom", course.pk)
    if form.is_valid():
        try:
            packing.ask_for_file(request.user, **form.cleaned_data, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            tasks.make_next_file.delay_on_commit()
            messages.success(
                request, _("The file is being made. It stands below, and can be fetched once it is ready.")
            )
            return redirect("classroom", course.pk)
    return _classroom(request, course, file_form=form)


@for_hosts
@require_safe
@cache_control(private=True, no_store=True)
def fetch_file(request: HttpRequest, course_id: int, key: str) -> HttpResponseBase:
    """Send a classroom file to whoever may have it; once it has expired, a page that says so."""
    course = _course(request, course_id)
    file = get_object_or_404(queries.files_of(request.user, course), key=key)
    if file.state != ClassroomFile.State.READY:
        return redirect("classroom", course.pk)
    if not file.is_there(timezone.now()):
        context = {"file": file, "course": course}
        return render(request, "courses/offline/classroom/expired.html", context, status=410)
    stored = storages["private"].open(file.file_name)
    name = f"genomed-class-{file.language}-{file.pk}.zip"
    response = FileResponse(stored, as_attachment=True, filename=name, content_type="application/zip")
    response["Content-Length"] = str(file.file_bytes)
    response["Cache-Control"] = "private, no-store"  # which a part of it takes over
    response["Last-Modified"] = http_date(file.packed_at.timestamp())
    return in_range(request, response)  # a line that broke goes on where it was


@for_hosts
@require_http_methods(["GET", "HEAD", "POST"])
def bring_return(request: HttpRequest, course_id: int) -> HttpResponse:
    """Take what a class sends back; what is wrong with it is said at once, and the rest is a worker's."""
    course = _course(request, course_id)
    if request.method != "POST":
        return redirect("classroom", course.pk)
    form = ReturnForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            brought = taking.bring_return(form.cleaned_data["file"], course, by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error("file" if isinstance(refusal, Malformed) else None, str(refusal))
        else:
            return _under_way(brought)
    return _classroom(request, course, return_form=form)


@for_hosts
@require_safe
@cache_control(private=True)
def show_return(request: HttpRequest, course_id: int, key: str) -> HttpResponse:
    """Show who was in what a class sent back, and what became of it; with ?live=1 that alone."""
    course = _course(request, course_id)
    brought = get_object_or_404(queries.returns_of(request.user, course), key=key)
    context = {**_about(course), "brought": brought, "people": brought.people.all()}
    page = "report.html" if request.GET.get("live") else "return.html"
    return render(request, f"courses/offline/classroom/{page}", context)


@for_hosts
@require_POST
def bring_again(request: HttpRequest, course_id: int, key: str) -> HttpResponse:
    """Bring a file once more that is still here: for those who had no account the last time."""
    course = _course(request, course_id)
    brought = get_object_or_404(queries.returns_of(request.user, course).exclude(stored_name=""), key=key)
    with storages["private"].open(brought.stored_name) as stored:
        data = stored.read()
    try:
        again = taking.bring_return(data, course, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("classroom_return", course.pk, brought.key)
    return _under_way(again)


@for_hosts
@require_POST
def name_host(request: HttpRequest, course_id: int) -> HttpResponse:
    """Let somebody run classes of a course; only its team may."""
    course = get_object_or_404(queries.courses_led_by(request.user), pk=course_id)
    form = HostForm(request.POST)
    if form.is_valid():
        try:
            hosts.name_host(course, form.cleaned_data["email"], by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("They can run classes from now on, and are told by mail."))
            return redirect("classroom", course.pk)
    return _classroom(request, course, host_form=form)


@for_hosts
@require_POST
def end_host(request: HttpRequest, course_id: int, host_id: int) -> HttpResponse:
    course = get_object_or_404(queries.courses_led_by(request.user), pk=course_id)
    hosts.end_host(get_object_or_404(queries.hosts_of(course), pk=host_id))
    messages.success(request, _("They run no more classes of this course. What they brought stays."))
    return redirect("classroom", course.pk)


def _classroom(request: HttpRequest, course: Course, **forms: object) -> HttpResponse:
    person, now = request.user, timezone.now()
    files = list(queries.files_of(person, course)[:LISTED])
    brought = list(queries.returns_of(person, course)[:LISTED])
    leads = queries.leads_team(person, course)
    context = {
        **_about(course),
        "file_form": FileForm(None, pages=queries.published_in(course)),
        "return_form": ReturnForm(),
        "host_form": HostForm() if leads else None,
        "hosts": queries.hosts_of(course) if leads else (),
        "files": files,
        "returns": brought,
        "is_any_unfinished": any(job.is_unfinished for job in [*files, *brought]),
        "now": now,
        **forms,
    }
    is_live = request.method != "POST" and request.GET.get("live")
    return render(request, f"courses/offline/classroom/{'lists' if is_live else 'classroom'}.html", context)


def _about(course: Course) -> dict[str, object]:
    return {"course": course, "title": queries.titles_in(get_language(), [course])[course.pk]}


def _under_way(brought: ClassroomReturn) -> HttpResponse:
    tasks.take_next_return.delay_on_commit()
    return redirect("classroom_return", brought.file.course_id, brought.key)


def _course(request: HttpRequest, course_id: int) -> Course:
    return get_object_or_404(queries.courses_run_by(request.user), pk=course_id)
