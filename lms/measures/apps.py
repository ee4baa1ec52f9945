from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "lms.measures"
    label = "measures"
