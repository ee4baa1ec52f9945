from django.urls import path

from courses.offline.classroom import views

urlpatterns = [
    path("", views.show_classrooms, name="classrooms"),
    path("<int:course_id>/", views.show_classroom, name="classroom"),
    path("<int:course_id>/files/", views.ask_for_file, name="ask_classroom_file"),
    path("<int:course_id>/files/<uuid:key>.zip", views.fetch_file, name="classroom_file"),
    path("<int:course_id>/returns/", views.bring_return, name="bring_classroom_return"),
    path("<int:course_id>/returns/<uuid:key>/", views.show_return, name="classroom_return"),
    path("<int:course_id>/returns/<uuid:key>/again", views.bring_again, name="bring_classroom_return_again"),
    path("<int:course_id>/hosts/", views.name_host, name="name_classroom_host"),
    path("<int:course_id>/hosts/<int:host_id>/end", views.end_host, name="end_classroom_host"),
]
