"""The same in every language, hence without a language's prefix."""

from django.urls import path

from certificates.verification.offline import views

urlpatterns = [
    path("offline.html", views.offline_page, name="offline_page"),
    path("offline-sw.js", views.offline_worker, name="offline_worker"),
    path("offline.webmanifest", views.offline_manifest, name="offline_manifest"),
]
