from django.urls import path

from courses.progress import views

urlpatterns = [
    path("", views.my_learning, name="my_learning"),
    path("courses/<int:page_id>/enrol", views.enrol, name="enrol"),
    path("courses/<int:page_id>/withdraw", views.withdraw, name="withdraw"),
    path("lessons/<int:page_id>/done", views.mark_done, name="mark_done"),
    path("lessons/<int:page_id>/media/<int:item_id>/watched", views.watched, name="watched"),
    path("lessons/<int:page_id>/media/<int:item_id>/read", views.read, name="read"),
    path("quizzes/<int:page_id>/begin", views.begin_quiz, name="begin_quiz"),
    path("quizzes/<int:page_id>/answers", views.answer_quiz, name="answer_quiz"),
    path("attempts/<int:attempt_id>/", views.attempt, name="attempt"),
    path("responses/<int:response_id>/appeal", views.appeal, name="appeal"),
]
