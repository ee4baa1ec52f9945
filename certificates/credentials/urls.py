from django.urls import path

from certificates.credentials import views

urlpatterns = [
    path(".well-known/did.json", views.did_document, name="did_document"),
    path("certificates/issuer.json", views.issuer_profile, name="issuer_profile"),
    path("certificates/keys/<str:name>.json", views.key_document, name="key_document"),
    path("certificates/status/<int:number>.json", views.status_list, name="status_list"),
]
