from django.apps import AppConfig


class ClassroomConfig(AppConfig):
    name = "courses.offline.classroom"
    label = "classroom"
