from django.urls import path

from lms.accounts import views

urlpatterns = [
    path("", views.profile, name="profile"),
    path("reminders/<str:token>", views.stop_reminders, name="stop_reminders"),
]
