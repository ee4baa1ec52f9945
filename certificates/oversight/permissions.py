from django.contrib.auth.models import AnonymousUser
from wagtail.permission_policies.base import BasePermissionPolicy

from lms.accounts.models import User
from lms.accounts.queries import is_programme_lead


class RegisterPolicy(BasePermissionPolicy):
    """Programme leads may read the register; nobody writes in it by hand, not even administrators."""

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        return action == "view" and is_programme_lead(user)

    def user_has_any_permission(self, user: User | AnonymousUser, actions: set[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)
