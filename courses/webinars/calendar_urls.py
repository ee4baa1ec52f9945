from django.urls import path

from courses.webinars.views import calendars as views

urlpatterns = [
    path("", views.my_calendar, name="my_calendar"),
    path("renew", views.renew, name="renew_calendar"),
    path("<str:token>.ics", views.feed, name="calendar_feed"),
]
