from django.urls import path

from courses.media import views

urlpatterns = [path("<uuid:key>.vtt", views.captions, name="captions")]
