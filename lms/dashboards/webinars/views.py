from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.webinars.asked import Asked, asked_at
from courses.webinars.editing import no_such_hour
from courses.webinars.mail_rules import Kind
from courses.webinars.models import AskedQuestion, Webinar
from courses.webinars.queries import may_organise, questions_asked, webinars_of
from courses.webinars.rules import Settled, zoned_times
from courses.webinars.services.asking import settle
from courses.webinars.services.copies import copy_webinar
from courses.webinars.walls import NoSuchHour
from lms.accounts.guards import staff_only
from lms.dashboards.teaching.queries import may_teach
from lms.dashboards.webinars import feedback, figures, queries
from lms.dashboards.webinars.forms import CopyForm, SettleForm
from lms.lib import tables
from lms.lib.errors import Refusal

WEBINARS_ON_A_PAGE = 50
MAILS = {
    Kind.CONFIRMED: gettext_lazy("Registration confirmed"),
    Kind.MOVED: gettext_lazy("The webinar was moved"),
    Kind.CANCELLED: gettext_lazy("The webinar was called off"),
    Kind.DAY: gettext_lazy("Reminder a day before"),
    Kind.HOUR: gettext_lazy("Reminder an hour before"),
    Kind.FEEDBACK: gettext_lazy("Asked for feedback"),
    Kind.RECORDING: gettext_lazy("The recording is ready"),
}


@staff_only(may_teach)
@require_safe
@cache_control(private=True)
def show_webinars(request: HttpRequest) -> HttpResponse:
    """Show the webinars somebody organises, and how many have registered for each."""
    page = Paginator(queries.listed_webinars(request.user), WEBINARS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [_about(webinar) for webinar in page]
    return render(request, "dashboards/webinars/webinars.html", {"rows": rows, "page_of": page})


@staff_only(may_organise)
@require_safe
@cache_control(private=True)
def show_webinar(request: HttpRequest, webinar_id: int) -> HttpResponse:
    """Show how many have registered for a webinar, from where, what was written to them, and who came."""
    webinar = _webinar(request, webinar_id)
    places = queries.places_of(webinar)
    context = {
        "places": places,
        "crowd": figures.crowd_of(webinar, ever=places.registered + places.cancelled, now=timezone.now()),
        "mails": [(MAILS[row.kind], row) for row in figures.mail_rows(webinar)],
        "came": figures.came_to(webinar),
        "has_begun": webinar.starts_at is not None and webinar.starts_at <= timezone.now(),
        "recordings": queries.recordings_of(webinar),
    }
    return render(request, "dashboards/webinars/webinar.html", _about(webinar) | context)


@staff_only(may_organise)
@require_safe
@cache_control(private=True)
def download_registrations(request: HttpRequest, webinar_id: int) -> StreamingHttpResponse:
    """Answer who is registered as CSV, sent as it is read; times by the webinar's clock."""
    webinar = _webinar(request, webinar_id)
    asked = questions_asked(webinar)
    head = (_("Name"), _("Registered at"), _("Joined at"), _("Minutes"), *asked.values())
    lines = (
        [
            row.name,
            _by_clock_of(webinar, row.registered_at),
            _by_clock_of(webinar, row.joined_at),
            "" if row.minutes is None else row.minutes,
            *(row.answers.get(question, "") for question in asked),
        ]
        for row in figures.registrants_of(webinar)
    )
    response = StreamingHttpResponse(tables.stream_csv(head, lines), content_type=tables.CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="genomed-registrations.csv"'
    return response


@staff_only(may_organise)
@require_safe
@cache_control(private=True)
def show_feedback(request: HttpRequest, webinar_id: int) -> HttpResponse:
    """Show what people said of a webinar, once enough have."""
    webinar = _webinar(request, webinar_id)
    context = {"opinions": feedback.opinions_on(webinar), "fewest": feedback.FEWEST, "most": feedback.MOST_TEXTS}
    return render(request, "dashboards/webinars/feedback.html", _about(webinar) | context)


@staff_only(may_organise)
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def copy(request: HttpRequest, webinar_id: int) -> HttpResponse:
    """Copy a webinar's pages to another day as drafts, and lead on to the first of them if the reader may edit it."""
    webinar = _webinar(request, webinar_id)
    form = CopyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            pages = copy_webinar(webinar, form.cleaned_data["starts_at"], by=request.user, now=timezone.now())
        except NoSuchHour:
            form.add_error("starts_at", no_such_hour(webinar.time_zone))
        except Refusal as refusal:
            form.add_error("starts_at", str(refusal))
        else:
            if pages[0].permissions_for_user(request.user).can_edit():
                messages.success(request, _("Copied as a draft in each language. Look through it, then publish it."))
                return redirect("wagtailadmin_pages:edit", pages[0].pk)
            messages.success(
                request, _("Copied as a draft in each language. An editor looks through it and publishes it.")
            )
            return redirect("teach_webinar", webinar.pk)
    return render(request, "dashboards/webinars/copy.html", _about(webinar) | {"form": form})


@staff_only(may_organise)
@require_safe
@cache_control(private=True)
def show_questions(request: HttpRequest, webinar_id: int) -> HttpResponse:
    """Show what people ask, in large type; with ?live=1 it looks by itself for what is new."""
    webinar = _webinar(request, webinar_id)
    asked = asked_at(webinar)
    context = {"asked": asked, "tag": _tag_of(asked), "is_live": request.GET.get("live") == "1"}
    return render(request, "dashboards/webinars/questions.html", _about(webinar) | context)


@staff_only(may_organise)
@require_safe
@cache_control(private=True, no_cache=True)
def list_questions(request: HttpRequest, webinar_id: int) -> HttpResponse:
    """Answer the list alone, for the page that is live; 304 if it shows what the page shows."""
    webinar = _webinar(request, webinar_id)
    asked = asked_at(webinar)
    tag = _tag_of(asked)
    context = {"webinar": webinar, "asked": asked, "is_live": True}
    response = get_conditional_response(request, etag=tag) or render(request, "dashboards/webinars/asked.html", context)
    response["ETag"] = tag
    return response


@staff_only(may_organise)
@require_POST
def settle_question(request: HttpRequest, webinar_id: int, question_id: int) -> HttpResponse:
    """Mark a question as answered, hide it, or put it back."""
    webinar = _webinar(request, webinar_id)
    question = get_object_or_404(AskedQuestion, webinar=webinar, pk=question_id)
    form = SettleForm(request.POST)
    if form.is_valid():
        settle(question, Settled(form.cleaned_data["to"]), form.cleaned_data["words"], now=timezone.now())
    else:
        messages.error(request, next(iter(form.errors.values()))[0])
    live = "?live=1" if request.POST.get("live") else ""
    return redirect(f"{reverse('teach_questions', args=[webinar.pk])}{live}")


def _tag_of(asked: Asked) -> str:
    """Return an ETag of what a list shows; the page itself differs each time, by the tokens of its forms."""
    shown = [
        [(question.pk, question.vote_count, question.answer, question.hidden_reason) for question in part]
        for part in (asked.open, asked.answered, asked.hidden)
    ]
    return f'"{sha256(repr(shown).encode()).hexdigest()[:32]}"'


def _by_clock_of(webinar: Webinar, moment: datetime | None) -> str:
    return moment.astimezone(webinar.zone).isoformat(" ", "minutes") if moment else ""


def _webinar(request: HttpRequest, webinar_id: int) -> Webinar:
    return get_object_or_404(webinars_of(request.user).select_related("pool"), pk=webinar_id)


def _about(webinar: Webinar) -> dict[str, Any]:
    """Return what is said of a webinar wherever it stands: its title, its page's path, when it is by its organiser's clock."""
    session = zoned_times(*webinar.when, webinar.zone) if webinar.starts_at else None
    is_over = webinar.ends_at is not None and webinar.ends_at <= timezone.now()
    return {"webinar": webinar, **webinar.label_in(get_language() or ""), "session": session, "is_over": is_over}
