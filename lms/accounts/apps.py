from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "lms.accounts"
    label = "accounts"


class CmsUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user pages, with forms for people who have one name and sign in by e-mail."""

    user_viewset = "lms.accounts.cms_users.PersonViewSet"
