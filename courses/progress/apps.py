from importlib import import_module

from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "courses.progress"

    def ready(self):
        import_module("courses.progress.receivers")
