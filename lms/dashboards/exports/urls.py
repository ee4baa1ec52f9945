from django.urls import path

from lms.dashboards.exports import views

urlpatterns = [
    path("", views.show_exports, name="insights_exports"),
    path("<uuid:key>/", views.fetch_export, name="insights_export"),
]
