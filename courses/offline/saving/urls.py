"""Addresses that scripts ask for: the same in every language, hence without a language's prefix."""

from django.urls import path

from courses.offline.saving import views

urlpatterns = [
    path("offline-worker.js", views.worker, name="course_worker"),
    path("my/offline/sizes.json", views.sizes, name="offline_sizes"),
    path("my/offline/<int:page_id>.json", views.course, name="offline_course"),
    path(
        "lessons/body/<int:page_id>/<int:revision_id>/<slug:language>/<slug:mac>.html",
        views.fragment,
        name="lesson_fragment",
    ),
]
