from importlib import import_module

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "courses.catalogue"

    def ready(self):
        from wagtail.models import Page
        from wagtail.permissions import register_permission_policy

        from courses.catalogue.permissions import CourseTeamPagePolicy

        register_permission_policy(Page, CourseTeamPagePolicy(Page))
        import_module("courses.catalogue.receivers")
