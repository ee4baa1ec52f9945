from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OperationsConfig(AppConfig):
    name = "lms.operations"

    def ready(self):
        from lms.operations import receivers  # noqa: F401
        from lms.operations.roles import ensure_cms_permissions

        post_migrate.connect(ensure_cms_permissions, sender=self, dispatch_uid="ensure_cms_permissions")
