"""Addresses in the CMS, below /cms/media-items/; hooks name them by string, since they stand beside views."""

from django.urls import path

from courses.media import views

urlpatterns = [
    path("<int:item_id>/retry/", views.retry, name="retry_media"),
    path("<int:item_id>/captions/<str:language>/", views.edit_captions, name="edit_captions"),
]
