from typing import Any

from django.db.models import Model
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from certificates.designs.models import Accreditation, CertificateDesign
from certificates.designs.services import freeze_design
from certificates.rendering.words import FIELDS
from lms.accounts.models import User


class NeverDeletedPolicy(ModelPermissionPolicy):
    """What certificates were drawn in or rest on is kept, whoever asks."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)


class _Freezing:
    """Each saved change becomes a version of its own, in the same transaction."""

    def save_instance(self: Any) -> Model:
        design = super().save_instance()  # type: ignore[misc]
        freeze_design(design, by=self.request.user, now=timezone.now())
        return design


class DesignCreateView(_Freezing, CreateView):
    pass


class DesignEditView(_Freezing, EditView):
    pass


class CertificateDesignViewSet(SnippetViewSet):
    """How certificates look and what they say besides their facts. Saving a change leaves earlier certificates as they are."""

    model = CertificateDesign
    icon = "doc-full"
    menu_label = _("Designs")
    menu_order = 50
    menu_hook = "register_certificates_menu_item"
    list_display = ["name", "get_layout_display", "get_paper_display", "is_default"]
    list_per_page = 50
    copy_view_enabled = False
    add_to_reference_index = False
    add_view_class = DesignCreateView
    edit_view_class = DesignEditView

    @cached_property
    def edit_handler(self) -> ObjectList:
        return ObjectList(
            [
                FieldPanel("name"),
                MultiFieldPanel(
                    [
                        FieldRowPanel([FieldPanel("layout"), FieldPanel("paper")]),
                        FieldRowPanel([FieldPanel("deep_colour"), FieldPanel("accent_colour")]),
                    ],
                    heading=_("Looks"),
                ),
                InlinePanel("logos", [FieldPanel("picture"), FieldPanel("words")], heading=_("Logos"), max_num=4),
                InlinePanel(
                    "signatories",
                    [FieldPanel("name"), FieldPanel("role"), FieldPanel("signature")],
                    heading=_("Signatories"),
                    max_num=3,
                ),
                InlinePanel(
                    "wordings",
                    [FieldPanel("language"), *(FieldPanel(name) for name in FIELDS)],
                    heading=_("Wording"),
                    help_text=_("By language; what is left empty is said in our words."),
                ),
                FieldPanel("is_default"),
                InlinePanel(
                    "uses", [FieldPanel("course"), FieldPanel("webinar")], heading=_("Courses and webinars that use it")
                ),
            ]
        )


class AccreditationViewSet(SnippetViewSet):
    """What professional bodies say of courses and webinars; printed on certificates of the days it covers."""

    model = Accreditation
    icon = "check"
    menu_label = _("Accreditations")
    menu_order = 60
    menu_hook = "register_certificates_menu_item"
    list_display = ["body", "number", "valid_from", "valid_until", "most_hours"]
    list_per_page = 50
    copy_view_enabled = False
    add_to_reference_index = False
    panels = [
        FieldRowPanel([FieldPanel("body"), FieldPanel("number")]),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until"), FieldPanel("most_hours")]),
        FieldPanel("text"),
        FieldPanel("courses"),
        FieldPanel("webinars"),
    ]


for kept in (CertificateDesign, Accreditation):
    register_permission_policy(kept, NeverDeletedPolicy(kept))
register_snippet(CertificateDesignViewSet)
register_snippet(AccreditationViewSet)


@hooks.register("register_snippet_listing_buttons")
def preview_button(snippet: Model, user: User, next_url: str | None = None) -> list[Button]:
    if not isinstance(snippet, CertificateDesign):
        return []
    return [Button(_("Preview"), reverse("design_preview", args=[snippet.pk]), icon_name="view", priority=15)]


@hooks.register("register_admin_urls")
def addresses_of_previews() -> list:
    return [path("certificate-designs/", include("certificates.designs.urls"))]
