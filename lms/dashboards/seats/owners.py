"""Where in the CMS the size and dates of a pool are set."""

from django.urls import reverse

from courses.webinars.models import WebinarPage
from lms.access.models import SeatPool


def edit_address(pool: SeatPool) -> str | None:
    """Return the address of the form to which a pool belongs; None where it is gone."""
    if run := getattr(pool, "run", None):
        return reverse("wagtailsnippets_enrolment_courserun:edit", args=[run.pk])
    if webinar := getattr(pool, "webinar", None):
        page = WebinarPage.leading(webinar.translation_key)
        return reverse("wagtailadmin_pages:edit", args=[page.pk]) if page else None
    return None
