from django.urls import path

from lms.dashboards.reports import views

urlpatterns = [
    path("", views.save, name="save_view"),
    path("<int:view_id>/schedule", views.schedule, name="schedule_view"),
    path("<int:view_id>/report.pdf", views.report, name="view_report"),
    path("<int:view_id>/delete", views.delete, name="delete_view"),
]
