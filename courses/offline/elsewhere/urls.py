from django.urls import path

from courses.offline.elsewhere import views

urlpatterns = [
    path("my/courses/<int:page_id>.epub", views.book, name="course_book"),
    path("my/lessons/<int:page_id>/mail", views.mail, name="mail_lesson"),
]
