from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from courses.catalogue.models import Course, CoursePage
from courses.webinars.models import WebinarPage
from courses.webinars.queries import may_organise, webinars_of
from lms.accounts.models import User
from lms.accounts.queries import may_see_insights
from lms.dashboards.seats.views import PERMISSION
from lms.dashboards.teaching.queries import courses_of, may_teach


class TeachMenuItem(MenuItem):
    """Leads from the editor to the learners; shown to who teaches."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_teach(request.user)


@hooks.register("register_teaching_menu_item")
def learners_and_results() -> MenuItem:
    """Wagtail keeps the entry for the life of the process; the lazy address follows each reader's language."""
    return TeachMenuItem(_("Learners and results"), reverse_lazy("teach"), name="teach", icon_name="group", order=50)


class SeatsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


@hooks.register("register_access_menu_item")
def seats() -> MenuItem:
    return SeatsMenuItem(_("Seats"), reverse("seats_of_all"), name="seats", icon_name="calendar-alt", order=5)


@hooks.register("register_admin_urls")
def addresses_of_seats() -> list:
    return [path("seats/", include("lms.dashboards.seats.urls"))]


@hooks.register("register_page_header_buttons")
def registrations(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead from the editor of a webinar to who has registered and who came."""
    if isinstance(page, WebinarPage):
        for webinar in webinars_of(user).filter(translation_key=page.translation_key):
            yield Button(
                _("Registrations"), reverse("teach_webinar", args=[webinar.pk]), icon_name="group", priority=70
            )


@hooks.register("register_page_header_buttons")
def how_a_course_is_going(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead from the editor of a course to where people stop in it, whoever may see that."""
    if not isinstance(page, CoursePage):
        return
    taught = courses_of(user).filter(translation_key=page.translation_key).first()
    led = may_see_insights(user) and Course.objects.filter(translation_key=page.translation_key).first()
    if taught:
        address = reverse("teach_insights", args=[taught.pk])
    elif led:
        address = reverse("insights_course", args=[led.pk])
    else:
        return
    yield Button(_("How it is going"), address, icon_name="view", priority=70)


class WebinarsMenuItem(MenuItem):
    """Leads from the editor to who has registered; shown to who organises a webinar."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_organise(request.user)


@hooks.register("register_teaching_menu_item")
def webinar_registrations() -> MenuItem:
    return WebinarsMenuItem(
        _("Webinar registrations"), reverse_lazy("teach_webinars"), name="teach-webinars", icon_name="group", order=51
    )
