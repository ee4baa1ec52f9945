from django.urls import path

from courses.webinars import views

urlpatterns = [path("<str:slug>/event.ics", views.calendar, name="webinar_calendar")]
