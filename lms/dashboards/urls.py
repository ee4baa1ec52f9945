from django.urls import include, path

from lms.dashboards import views
from lms.dashboards.course.views import download_for_leads, show_to_leads
from lms.dashboards.seats.views import download_equity, show_equity

urlpatterns = [
    path("", views.show_insights, name="insights"),
    path("exports/", include("lms.dashboards.exports.urls")),
    path("views/", include("lms.dashboards.reports.urls")),
    path("seats/", show_equity, name="insights_seats"),
    path("seats.csv", download_equity, name="insights_seats_csv"),
    path("courses/<int:course_id>/", show_to_leads, name="insights_course"),
    path("courses/<int:course_id>/<slug:table>.csv", download_for_leads, {"kind": "csv"}, name="insights_course_csv"),
    path(
        "courses/<int:course_id>/<slug:table>.xlsx", download_for_leads, {"kind": "xlsx"}, name="insights_course_xlsx"
    ),
    path("<slug:table>.csv", views.download_csv, name="insights_csv"),
    path("<slug:table>.xlsx", views.download_xlsx, name="insights_xlsx"),
]
