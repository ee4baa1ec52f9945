from django.urls import path

from lms.dashboards.course.views import download_for_teachers, show_to_teachers
from lms.dashboards.teaching import views

urlpatterns = [
    path("", views.show_courses, name="teach"),
    path("<int:course_id>/learners/", views.show_learners, name="teach_learners"),
    path("<int:course_id>/learners.csv", views.download_learners, name="teach_learners_csv"),
    path("<int:course_id>/insights/", show_to_teachers, name="teach_insights"),
    path(
        "<int:course_id>/insights/<slug:table>.csv", download_for_teachers, {"kind": "csv"}, name="teach_insights_csv"
    ),
    path(
        "<int:course_id>/insights/<slug:table>.xlsx",
        download_for_teachers,
        {"kind": "xlsx"},
        name="teach_insights_xlsx",
    ),
    path("<int:course_id>/quizzes/", views.show_quizzes, name="teach_quizzes"),
    path("<int:course_id>/quizzes/<int:quiz_id>/", views.show_quiz, name="teach_quiz"),
    path("<int:course_id>/appeals/", views.show_appeals, name="teach_appeals"),
    path("<int:course_id>/appeals/<int:appeal_id>/", views.show_appeal, name="teach_appeal"),
    path("<int:course_id>/questions/<int:question_id>/mark-again", views.mark_again, name="teach_mark_again"),
]
