"""All certificates that a course or a webinar lacks, issued together."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from certificates.oversight import candidates, queries, tasks
from certificates.oversight.candidates import Verdict
from certificates.oversight.forms import SubjectForm
from certificates.oversight.models import BulkIssue, BulkIssueItem
from certificates.oversight.services.bulk_issues import ask_bulk_issue
from certificates.oversight.views.pages import RegisterPage
from courses.catalogue.models import Course
from courses.webinars.models import Webinar
from lms.lib import tables
from lms.lib.errors import Refusal

ON_A_PAGE = 50


class BulkIssuesPage(RegisterPage):
    """Where a course or a webinar is chosen, and what was issued together so far."""

    template_name = "certificates/oversight/bulk_issues.html"
    page_title = gettext_lazy("Issue many")
    header_icon = "check"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET if {"course", "webinar"} & request.GET.keys() else None
        form = SubjectForm(asked)
        if form.is_valid():
            course, webinar = form.cleaned_data["course"], form.cleaned_data["webinar"]
            return (
                redirect("bulk_issue_of_course", course.pk) if course else redirect("bulk_issue_of_webinar", webinar.pk)
            )
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(queries.bulk_issues(), ON_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs) | {"page_of": page}


class PreviewPage(RegisterPage):
    """Who of a course or a webinar would get a certificate, who not, and why; posting it has a worker issue them."""

    template_name = "certificates/oversight/preview.html"
    header_icon = "check"
    above = ("bulk_issues", gettext_lazy("Issue many"))
    model: type[Course] | type[Webinar] = Course

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.subject: Any = get_object_or_404(self.model, pk=kwargs["subject_id"])

    def get_page_title(self) -> str:
        return str(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups = candidates.groups(self.subject)
        verdict = self.verdict_asked()
        people = candidates.standings(self.subject).filter(verdict=verdict)
        email = self.request.GET.get("email", "").strip()
        return super().get_context_data(**kwargs) | {
            "groups": groups,
            "would_be_issued": sum(group.count for group in groups if group.verdict.would_be_issued),
            "is_webinar": self.model is Webinar,
            "verdict": verdict,
            "page_of": WagtailPaginator(people, ON_A_PAGE).get_page(self.request.GET.get("p")),
            "email": email,
            "answer": self.standing_of(email) if email else "",
        }

    def verdict_asked(self) -> Verdict:
        asked = self.request.GET.get("who", "")
        return next((verdict for verdict in candidates.EARNED if verdict == asked), Verdict.NEW)

    def standing_of(self, email: str) -> Any:
        found = candidates.standings(self.subject).filter(email__iexact=email).first()
        return Verdict(found.verdict).sentence if found else _("Nobody with this address is in it.")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            bulk = ask_bulk_issue(self.subject, by=self.reviewer, now=self.now)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            return redirect(request.path)
        tasks.carry_on_bulk_issue.delay_on_commit(bulk.pk)
        messages.success(request, _("The certificates are being issued; reload the page to see how far."))
        return redirect("bulk_issue", bulk.pk)


class BulkIssuePage(RegisterPage):
    """One bulk issue: how far it is, and how each certificate stands now."""

    template_name = "certificates/oversight/bulk_issue.html"
    header_icon = "check"
    above = ("bulk_issues", gettext_lazy("Issue many"))
    bulk: BulkIssue

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.bulk = get_object_or_404(queries.bulk_issues(), pk=kwargs["bulk_id"])

    def get_page_title(self) -> str:
        return str(self.bulk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(queries.certificates_of_bulk(self.bulk), ON_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs) | {
            "bulk": self.bulk,
            "page_of": page,
            "shown": [(item, *standing(item)) for item in page],
        }


class BulkIssueReport(BulkIssuePage):
    """How each certificate of a bulk issue stands now, as CSV."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        head = (_("Name"), _("Code"), _("State"), _("Why"))
        name = f'attachment; filename="bulk-issue-{self.bulk.pk}.csv"'
        return StreamingHttpResponse(
            tables.stream_csv(head, self.lines()),
            content_type=tables.CSV_TYPE,
            headers={"Content-Disposition": name},
        )

    def lines(self) -> Iterator[tables.Line]:
        for item in queries.certificates_of_bulk(self.bulk).iterator(chunk_size=500):
            name, state, why = standing(item)
            yield name, item.certificate.serial if item.certificate else "", state, why


def standing(item: BulkIssueItem) -> tuple[str, str, str]:
    """Return the name, the state and why it is not issued, of what a bulk issue took up."""
    if item.certificate:
        certificate = item.certificate
        return certificate.facts.get("name", ""), str(certificate.get_state_display()), certificate.reason
    person = item.completion.enrolment.learner if item.completion else item.attendance.registration.person  # type: ignore[union-attr]
    return person.name or person.email, _("Could not be opened"), item.fault
