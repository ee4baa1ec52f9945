from django.apps import AppConfig


class IssuingConfig(AppConfig):
    name = "certificates.issuing"
