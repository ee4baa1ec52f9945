from django.urls import path

from certificates.issuing import views

urlpatterns = [
    path("", views.my_certificates, name="my_certificates"),
    path("<str:serial>/", views.my_certificate, name="my_certificate"),
    path("<str:serial>/language", views.other_language, name="other_language"),
    path("<str:serial>/correction", views.ask_correction, name="ask_correction"),
    path("<str:serial>/name", views.use_profile_name, name="use_profile_name"),
]
