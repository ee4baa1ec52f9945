from django.apps import AppConfig
from django.db.models.signals import post_migrate
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    default = True  # of the two in this file
    name = "lms.accounts"
    label = "accounts"

    def ready(self):
        from lms.accounts.roles import ensure_roles

        post_migrate.connect(ensure_roles, sender=self, dispatch_uid="ensure_roles")


class CmsUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user pages, with forms for people who have one name and sign in by e-mail."""

    user_viewset = "lms.accounts.cms_users.PersonViewSet"
