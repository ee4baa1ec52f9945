from django.urls import include, path

from lms.dashboards import views
from lms.dashboards.seats.views import download_equity, show_equity

urlpatterns = [
    path("", views.show_insights, name="insights"),
    path("exports/", include("lms.dashboards.exports.urls")),
    path("seats/", show_equity, name="insights_seats"),
    path("seats.csv", download_equity, name="insights_seats_csv"),
    path("<slug:table>.csv", views.download_csv, name="insights_csv"),
    path("<slug:table>.xlsx", views.download_xlsx, name="insights_xlsx"),
]
