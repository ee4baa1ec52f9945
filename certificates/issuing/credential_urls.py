from django.urls import path

from certificates.issuing import views

urlpatterns = [
    path("<str:serial>.json", views.credential_document, name="credential_document"),
    path("<str:serial>.jwt", views.credential_token, name="credential_token"),
]
