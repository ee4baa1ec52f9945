from django.urls import path

from courses.offline.saving import views

urlpatterns = [
    path("my/offline/", views.saved, name="saved_offline"),
    path("offline/", views.no_connection, name="no_connection"),
]
