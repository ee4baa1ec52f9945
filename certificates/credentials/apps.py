from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "certificates.credentials"
