from django.urls import path

from certificates.designs import views

urlpatterns = [
    path("<int:design_id>/preview/", views.design_preview, name="design_preview"),
    path("<int:design_id>/preview/<slug:sample>.pdf", views.design_sample, {"kind": "pdf"}, name="design_sample"),
    path(
        "<int:design_id>/preview/<slug:sample>.webp",
        views.design_sample,
        {"kind": "webp"},
        name="design_sample_picture",
    ),
]
