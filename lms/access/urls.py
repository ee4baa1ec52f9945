from django.urls import path

from lms.access import views

urlpatterns = [
    path("", views.my_access, name="my_access"),
    path("request", views.ask, name="request_access"),
    path("renew", views.renew, name="renew_access"),
    path("decisions/<int:decision_id>/appeal", views.appeal, name="appeal_access"),
]
