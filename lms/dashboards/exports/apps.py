from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "lms.dashboards.exports"
    label = "exports"
