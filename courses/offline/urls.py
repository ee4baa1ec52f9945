from django.urls import path

from courses.offline import views

urlpatterns = [path("", views.sync, name="sync")]
