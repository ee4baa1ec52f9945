from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from lms.accounts.models import User
from lms.accounts.queries import groups_in_force
from lms.accounts.roles import PERMISSIONS, PROGRAMME_LEADS, named_permissions


class RolesBackend(AuthenticationBackend):
    """Signs people in, and says what their groups let them do.

    To a programme lead whose overviews are limited, the group gives those overviews and the door of the CMS alone: whatever
    else it opens shows people and figures outside the limit. Other groups of theirs give what they give anybody.
    """

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        left_to_the_limited = Q(group__in=user_obj.groups.all()) & named_permissions(PERMISSIONS[PROGRAMME_LEADS])
        return Permission.objects.filter(Q(group__in=groups_in_force(user_obj)) | left_to_the_limited)
