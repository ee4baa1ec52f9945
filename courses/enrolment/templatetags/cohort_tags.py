from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.catalogue.models import CoursePage
from courses.enrolment.models import CourseRun
from courses.enrolment.queries.cohorts import CohortOffer, cohorts_on_offer, offers_to
from courses.enrolment.services.cohorts import settle_cohorts
from lms.access.fee_words import Priced, due_of, money

register = template.Library()


@register.simple_tag(takes_context=True)
def cohort_offers(context: Context, page: CoursePage) -> list[CohortOffer]:
    """The cohorts of a course that are to come or under way, as this reader sees them."""
    now = timezone.now()
    runs = cohorts_on_offer(page.translation_key, now=now)
    settle_cohorts(runs, now=now)
    return offers_to(context["user"] if "user" in context else AnonymousUser(), runs, now=now)


@register.filter
def teaching_dates(run: CourseRun) -> str:
    """3 March to 28 April 2027: when it is taught, in the reader's zone."""
    days = {"first": _day(run.opens_at), "last": _day(run.closes_at)}
    return _("%(first)s to %(last)s") % days


@register.filter
def list_price(run: CourseRun) -> str:
    """EUR 120; empty where it is free."""
    return money(run.list_price, run.currency) if run.list_price else ""


@register.filter
def price_said(price: Priced) -> str:
    """What the reader pays and why, in one sentence: of a quote or a charge."""
    return due_of(price)


@register.filter
def concern_priority(offers: Sequence[CohortOffer]) -> bool:
    """Whether having priority makes a difference to any of these."""
    return any(offer.concerns_priority for offer in offers)


@register.simple_tag
def still_due(offer: CohortOffer) -> str:
    """EUR 60: what is left to pay of the reader's charge; empty where nothing is."""
    charge: Any = offer.charge  # with what queries.fees.charges adds
    return money(charge.left, charge.currency) if charge and charge.state == "due" else ""


def _day(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT") if at else ""
