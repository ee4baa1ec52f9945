from importlib import import_module

from django.apps import AppConfig


class IssuingConfig(AppConfig):
    name = "certificates.issuing"

    def ready(self):
        import_module("certificates.issuing.receivers")
