from django.urls import path

from certificates.issuing import views

urlpatterns = [
    path("", views.my_certificates, name="my_certificates"),
    path("<str:serial>/name", views.use_profile_name, name="use_profile_name"),
]
