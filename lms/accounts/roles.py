"""The staff roles, each a group of Django's. A learner is any signed-in person, an administrator is a superuser."""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

INSTRUCTORS = "Instructors"
EDITORS = "Editors"
PROGRAMME_LEADS = "Programme leads"

# What a role may do everywhere; what it may do to which page follows from the course team (courses.catalogue).
PERMISSIONS = {
    INSTRUCTORS: ["wagtailadmin.access_admin"],
    EDITORS: ["wagtailadmin.access_admin"],
    PROGRAMME_LEADS: ["wagtailadmin.access_admin", "accounts.view_insights"],
}


def ensure_roles(**kwargs) -> None:
    """Make the groups and give them what their role may do; run after every migration, changes nothing the second time.

    What administrators have given a group besides stays.
    """
    # Django makes permissions app by app after migrating; ours may be asked for before their turn.
    for label in ("accounts", "wagtailadmin"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    for role, permissions in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.add(*Permission.objects.filter(named_permissions(permissions)))


def named_permissions(permissions: list[str]) -> Q:
    """Return the condition that a permission is one of these. permissions: as in PERMISSIONS."""
    condition = Q()
    for permission in permissions:
        app_label, codename = permission.split(".")
        condition |= Q(content_type__app_label=app_label, codename=codename)
    return condition
