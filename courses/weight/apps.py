from django.apps import AppConfig


class WeightConfig(AppConfig):
    name = "courses.weight"
