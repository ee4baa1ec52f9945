from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "lms.dashboards.reports"
    label = "reports"
