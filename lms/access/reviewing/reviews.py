from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from lms.access.models import AccessRequest
from lms.access.models.facts import BANDS
from lms.access.queries.decisions import current_decision
from lms.access.queries.facts import grounds
from lms.access.queries.reviews import WaitingCase, audits, cases_of, findings_about, queue, waiting_row
from lms.access.queries.weeks import weeks_of_reviews
from lms.access.review_words import CONFLICTS, reasons_of, sentence_of_answer
from lms.access.reviewing.forms import AnswerForm
from lms.access.reviewing.pages import LeadsPage
from lms.access.rules.decisions import Outcome, Review, decide
from lms.access.rules.reviewing import Occasion
from lms.access.services.reviews import answer_appeal, answer_audit, answer_request
from lms.access.wording import named
from lms.lib.errors import Refusal

CASES_ON_A_PAGE = 25
WEEKS_SHOWN = 26
FINDINGS_SHOWN = 20
BAND_NAMES = dict(BANDS)
ANSWERED_BY = {Occasion.REQUEST: answer_request, Occasion.APPEAL: answer_appeal, Occasion.AUDIT: answer_audit}


class ReviewsPage(LeadsPage):
    """Requests and appeals that wait, the oldest first."""

    template_name = "access/reviewing/reviews.html"
    page_title = gettext_lazy("Reviews")
    header_icon = "tasks"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.page_of(self.rows())
        cases = cases_of(list(page.object_list), reviewer=self.reviewer, now=timezone.now())
        shown = [
            {"case": case, "conflict": CONFLICTS[case.conflict] if case.conflict else "", "band": band_of(case)}
            for case in cases
        ]
        return super().get_context_data(**kwargs) | {"page_of": page, "shown": shown}

    def rows(self) -> QuerySet[Any]:
        return queue()

    def page_of(self, rows: QuerySet[Any]) -> Page[Any]:
        return WagtailPaginator(rows, CASES_ON_A_PAGE).get_page(self.request.GET.get("p"))


class AuditsPage(ReviewsPage):
    """Priority that was given without a reviewer, for somebody to look at afterwards."""

    template_name = "access/reviewing/audits.html"
    page_title = gettext_lazy("Audits")
    header_icon = "check"

    def rows(self) -> QuerySet[Any]:
        return audits()


class WeeksPage(LeadsPage):
    """Counts week by week."""

    template_name = "access/reviewing/weeks.html"
    page_title = gettext_lazy("Reviews by week")
    header_icon = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        weeks = weeks_of_reviews(now=timezone.now(), number=WEEKS_SHOWN)
        return super().get_context_data(**kwargs) | {"weeks": weeks}


class CasePage(LeadsPage):
    """One case with all that a reviewer is to know, and the form that answers it."""

    template_name = "access/reviewing/case.html"
    header_icon = "tasks"
    occasion: Occasion
    case: WaitingCase

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.now: datetime = timezone.now()
        self.occasion = Occasion(kwargs["occasion"])
        is_audit = self.occasion is Occasion.AUDIT
        self.list_name = "access_audits" if is_audit else "access_reviews"
        self.above = (self.list_name, _("Audits") if is_audit else _("Reviews"))

    def get_page_title(self) -> str:
        return {Occasion.REQUEST: _("Request"), Occasion.APPEAL: _("Appeal"), Occasion.AUDIT: _("Audit")}[self.occasion]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.has_permission():
            return self.handle_no_permission()
        row = waiting_row(self.occasion, kwargs["case_id"])
        if row is None:
            messages.warning(request, _("This is not waiting any more: somebody has answered it, or asked anew."))
            return redirect(self.list_name)
        self.case = cases_of([row], reviewer=self.reviewer, now=self.now)[0]
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = AnswerForm(request.POST, occasion=self.occasion)
        if form.is_valid():
            try:
                ANSWERED_BY[self.occasion](self.case.id, form.answer(), by=self.reviewer, now=self.now)
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, _("Your answer is stored."))
            return redirect(self.list_name)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.case
        context = super().get_context_data(**kwargs) | {"case": case, "band": band_of(case)}
        if case.conflict is not None:
            return context | {"conflict": CONFLICTS[case.conflict]}
        told = AccessRequest.objects.filter(decision=case.decision).first()
        return context | {
            "form": kwargs.get("form") or AnswerForm(occasion=self.occasion),
            "told": told,
            "criteria": named(told.sentences) if told else [],
            "reasons": reasons_of(case.decision),
            "if_approved": self.outcome(Review.APPROVE),
            "if_declined": self.outcome(Review.DECLINE),
            "counts": current_decision(case.person, now=self.now),
            "findings": [(one, sentence_of_answer(one.code)) for one in findings_about(case.person)[:FINDINGS_SHOWN]],
        }

    def outcome(self, review: Review) -> Outcome:
        """Return what the policy in force says would follow from a review."""
        country, attested = str(self.case.decision.country), self.case.decision.attested
        on = self.now.astimezone(UTC).date()
        return decide(grounds(country=country).inputs(country=country, attested=attested, review=review, on=on))


def band_of(case: WaitingCase) -> Any:
    return BAND_NAMES[case.decision.band]
