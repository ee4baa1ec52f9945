from django.urls import path

from lms.dashboards.webinars import views

urlpatterns = [
    path("", views.show_webinars, name="teach_webinars"),
    path("<int:webinar_id>/", views.show_webinar, name="teach_webinar"),
    path("<int:webinar_id>/registrations.csv", views.download_registrations, name="teach_registrations_csv"),
    path("<int:webinar_id>/feedback/", views.show_feedback, name="teach_webinar_feedback"),
    path("<int:webinar_id>/copy/", views.copy, name="teach_webinar_copy"),
    path("<int:webinar_id>/questions/", views.show_questions, name="teach_questions"),
    path("<int:webinar_id>/questions/list", views.list_questions, name="teach_questions_list"),
    path("<int:webinar_id>/questions/<int:question_id>", views.settle_question, name="teach_question"),
]
