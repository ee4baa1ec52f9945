"""Every address of the academy. English stands without a prefix, other languages under theirs."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from certificates.verification.views import short_address
from lms.accounts.cms_users import cms_account
from lms.accounts.views import pictures, time_zone
from lms.dashboards.impact.views import show_impact
from lms.lib.media import public_file
from lms.pages.views import serve_page

urlpatterns = [
    path("", include("lms.operations.urls")),
    path("cms/account/", cms_account),
    path("", include("certificates.credentials.urls")),
    path("certificates/", include("certificates.issuing.credential_urls")),
    path("certificates/", include("certificates.verification.offline.urls")),
    path("v/<str:serial>", short_address, name="short_address"),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", public_file),
    path("captions/", include("courses.media.urls")),
    path("", include("courses.offline.saving.urls")),
    *i18n_patterns(
        path("accounts/", include("allauth.urls")),
        path("time-zone/", time_zone, name="time_zone"),
        path("pictures/", pictures, name="pictures"),
        path("my/profile/", include("lms.accounts.urls")),
        path("my/access/", include("lms.access.urls")),
        path("my/certificates/", include("certificates.issuing.urls")),
        path("my/reflections/", include("courses.reflections.urls")),
        path("my/calendar/", include("courses.webinars.calendar_urls")),
        path("", include("courses.offline.saving.page_urls")),
        path("", include("courses.offline.elsewhere.urls")),
        path("my/sync/", include("courses.offline.urls")),
        path("my/", include("courses.progress.urls")),
        path("", include("courses.progress.cohorts.urls")),
        path("certificates/", include("certificates.verification.urls")),
        path("webinars/", include("courses.webinars.urls")),
        path("glossary/", include("courses.lessons.urls")),
        path("classrooms/", include("courses.offline.classroom.urls")),
        path("impact/", show_impact, name="impact"),
        path("insights/", include("lms.dashboards.urls")),
        path("teach/webinars/", include("lms.dashboards.attendance.urls")),
        path("teach/webinars/", include("lms.dashboards.webinars.urls")),
        path("teach/", include("lms.dashboards.teaching.urls")),
        re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
