"""Seats kept for groups: a programme lead keeps them for an institution that asked, and names its learners.

Not the institution itself: whether a name is taken tells whether that person has priority.
"""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from lms.access.models import SeatBlock, SeatPool
from lms.access.queries.blocks import blocks_of, most_to_keep, named_for
from lms.access.reviewing.pages import LeadsPage
from lms.access.services.blocks import give_back_block, keep_block, name_learners
from lms.access.services.seats import settle_pool
from lms.dashboards.seats.forms import BlockForm, NamesForm
from lms.lib.errors import Refusal

ON_A_PAGE = 50


class GroupsPage(LeadsPage):
    """The groups for which seats of a pool are kept, and the form that keeps some for one more."""

    template_name = "dashboards/seats/groups.html"
    page_title = gettext_lazy("Seats for groups")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.has_permission():
            self.now = timezone.now()
            settle_pool(kwargs["pool_id"], now=self.now)
            self.pool = get_object_or_404(SeatPool, pk=kwargs["pool_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = {"url": reverse("seats_of_pool", args=[self.pool.pk]), "label": str(self.pool)}
        return [
            *self.breadcrumbs_items,
            {"url": reverse("seats_of_all"), "label": _("Seats")},
            above,
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(blocks_of(self.pool), ON_A_PAGE).get_page(self.request.GET.get("p"))
        context = {
            "pool": self.pool,
            "page_of": page,
            "is_over": self.pool.closed_at is not None or self.pool.times.has_released(self.now),
            "most": most_to_keep(self.pool),
            "form": BlockForm(),
        }
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = BlockForm(request.POST)
        if form.is_valid():
            try:
                block = keep_block(self.pool.pk, **form.cleaned_data, by=self.reviewer, now=self.now)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The seats are kept. Name the learners before they are released."))
                return redirect("group_of_pool", self.pool.pk, block.pk)
        return self.render_to_response(self.get_context_data(form=form))


class GroupPage(GroupsPage):
    """One group: its learners as they stand, and the form that names more."""

    template_name = "dashboards/seats/group.html"

    def get_page_title(self) -> str:
        return str(self.block.institution)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.has_permission():
            found = SeatBlock.objects.select_related("institution").filter(pool=kwargs["pool_id"])
            self.block = get_object_or_404(found, pk=kwargs["block_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        above = {"url": reverse("groups_of_pool", args=[self.pool.pk]), "label": _("Seats for groups")}
        return [*items[:-1], above, items[-1]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(named_for(self.block), ON_A_PAGE).get_page(self.request.GET.get("p"))
        kept = self.block.kept.filter(application=None).count()
        return super().get_context_data(
            **{"group": self.block, "page_of": page, "kept": kept, "form": NamesForm(block=self.block)} | kwargs
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "give-back" in request.POST:
            give_back_block(self.block.pk, now=self.now)
            messages.success(request, _("The seats without a name are free again. Who was named keeps theirs."))
            return redirect("groups_of_pool", self.pool.pk)
        form = NamesForm(request.POST, block=self.block)
        if form.is_valid():
            try:
                number = name_learners(self.block.pk, form.cleaned_data["emails"], now=self.now)
            except Refusal as refusal:
                form.add_error("emails", str(refusal))
            else:
                said = ngettext(
                    "A seat is held for %(number)s learner, who is told by mail.",
                    "Seats are held for %(number)s learners, who are told by mail.",
                    number,
                )
                messages.success(request, said % {"number": number})
                return redirect("group_of_pool", self.pool.pk, self.block.pk)
        return self.render_to_response(self.get_context_data(form=form))
