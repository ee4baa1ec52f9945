from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "lms.dashboards.impact"
    label = "impact"
