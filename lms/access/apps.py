from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "lms.access"
    label = "access"
