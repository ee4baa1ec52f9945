from django.urls import path

from courses.lessons import views

urlpatterns = [path("", views.glossary, name="glossary")]
