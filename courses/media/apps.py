from importlib import import_module

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "courses.media"

    def ready(self):
        import_module("courses.media.receivers")
