from django.urls import path

from courses.reflections import views

urlpatterns = [
    path("", views.my_reflections, name="my_reflections"),
    path("<int:page_id>/<uuid:key>", views.write, name="write_reflection"),
    path("<int:reflection_id>/delete", views.delete, name="delete_reflection"),
]
