from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from certificates.issuing.models import Certificate
from lms.accounts.models import User
from lms.accounts.queries import is_programme_lead


class RegisterPolicy(BasePermissionPolicy):
    """Programme leads may read the register; nobody writes in it by hand, not even administrators."""

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        return action == "view" and is_programme_lead(user)

    def user_has_any_permission(self, user: User | AnonymousUser, actions: set[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class CertificateViewSet(ModelViewSet):
    """The register of certificates; filter by state to see what failed or needs attention, and why."""

    name = "certificates"
    model = Certificate
    icon = "doc-full"
    menu_label = _("Certificates")
    menu_order = 200
    menu_hook = "register_reports_menu_item"
    list_display = [
        "serial",
        Column("name", label=_("Name"), accessor="award.name"),
        Column("course", label=_("Course"), accessor="award.course_title"),
        "state",
        "reason",
        "opened_at",
        "issued_at",
    ]
    list_filter = ["state", "opened_at"]
    search_fields = ["serial", "holder__email", "holder__name"]
    ordering = ["-opened_at"]
    inspect_view_enabled = True
    inspect_view_fields = [
        "serial",
        "completion",
        "attendance",
        "state",
        "reason",
        "attempts",
        "opened_at",
        "issued_at",
        "file_bytes",
        "file_sha256",
        "facts",
    ]
    copy_view_enabled = False
    add_to_reference_index = False
    exclude_form_fields: list[str] = []


register_permission_policy(Certificate, RegisterPolicy(Certificate))


@hooks.register("register_admin_viewset")
def certificate_register() -> CertificateViewSet:
    return CertificateViewSet()
