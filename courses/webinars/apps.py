from importlib import import_module

from django.apps import AppConfig


class WebinarsConfig(AppConfig):
    name = "courses.webinars"

    def ready(self):
        import_module("courses.webinars.receivers")
