from django.urls import path

from certificates.issuing.views import certificate_file, certificate_picture, certificate_thumbnail
from certificates.verification import views

urlpatterns = [
    path("", views.verify_certificate, name="verify_certificate"),
    path("check/", views.check_file, name="check_file"),
    path("<str:serial>.pdf", certificate_file, name="certificate_file"),
    path("<str:serial>.png", certificate_picture, name="certificate_picture"),
    path("<str:serial>.webp", certificate_thumbnail, name="certificate_thumbnail"),
    path("<str:serial>/", views.certificate, name="certificate"),
]
