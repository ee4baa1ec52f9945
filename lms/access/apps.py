from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "lms.access"
    label = "access"

    def ready(self):
        from lms.access import receivers  # noqa: F401

        post_migrate.connect(load_first_data_set, sender=self, dispatch_uid="load_first_data_set")


def load_first_data_set(using: str, **kwargs) -> None:
    """Give a new database the built-in country facts and policy; run after every migration, changes nothing later."""
    from lms.access.models import PolicyVersion
    from lms.access.services.facts import ensure_first_data_set

    if (
        PolicyVersion._meta.db_table in connections[using].introspection.table_names()
    ):  # not when migrated back to nothing
        ensure_first_data_set()
