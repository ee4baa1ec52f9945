from django.urls import path

from certificates.issuing.views import certificate_file
from certificates.verification import views

urlpatterns = [
    path("", views.verify_certificate, name="verify_certificate"),
    path("<str:serial>.pdf", certificate_file, name="certificate_file"),
    path("<str:serial>/", views.certificate, name="certificate"),
]
