from django.urls import path

from lms.dashboards.attendance import views

urlpatterns = [
    path("<int:webinar_id>/attendance/", views.show_attendance, name="teach_attendance"),
    path("<int:webinar_id>/attendance.csv", views.download_attendance, name="teach_attendance_csv"),
    path("<int:webinar_id>/attendance/import/", views.import_list, name="teach_attendance_import"),
    path("<int:webinar_id>/attendance/check/", views.check_list, name="teach_attendance_check"),
    path(
        "<int:webinar_id>/attendance/lists/<int:list_id>/take-back", views.take_back, name="teach_attendance_take_back"
    ),
    path("<int:webinar_id>/attendance/people/<int:presence_id>/", views.settle_person, name="teach_attendance_person"),
]
