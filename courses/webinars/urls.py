from django.urls import path

from courses.webinars.views import answers, asking, feedback, series
from courses.webinars.views import webinars as views

urlpatterns = [
    path("<str:slug>/event.ics", views.calendar, name="webinar_calendar"),
    path("<str:slug>/register", views.register, name="register_for_webinar"),
    path("<str:slug>/answers", answers.change, name="change_webinar_answers"),
    path("<str:slug>/questions", asking.show, name="webinar_questions"),
    path("<str:slug>/questions/<int:question_id>/vote", asking.vote, name="vote_for_question"),
    path("<str:slug>/feedback", feedback.give, name="webinar_feedback"),
    path("<str:slug>/cancel", views.cancel, name="cancel_webinar_registration"),
    path("<str:slug>/join", views.join, name="join_webinar"),
    path("<str:slug>/accept", views.accept, name="accept_webinar_seat"),
    path("<str:slug>/give-up", views.give_up, name="give_up_webinar_seat"),
    path("<str:slug>/dates.ics", series.calendar, name="series_calendar"),
    path("<str:slug>/register-all", series.register, name="register_for_series"),
]
