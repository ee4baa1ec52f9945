from django import forms
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView, NameEmailSettingsPanel
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import IndexView, UserViewSet

FIELDS = ["email", "name", "country", "profession", "institution", "language", "is_active", "groups", "is_superuser"]


class PersonCreationForm(UserCreationForm):
    # The person has one name, not two: what Wagtail's form declares is taken back.
    first_name = None
    last_name = None

    class Meta(UserCreationForm.Meta):
        fields = FIELDS
        widgets = {"groups": forms.CheckboxSelectMultiple}


class PersonEditForm(UserEditForm):
    first_name = None
    last_name = None

    class Meta(UserEditForm.Meta):
        fields = FIELDS
        widgets = {"groups": forms.CheckboxSelectMultiple}


class PersonIndexView(IndexView):
    """Lists people, and not what stands in for those who were erased."""

    def get_base_queryset(self):
        return super().get_base_queryset().filter(is_stand_in=False)


class PersonViewSet(UserViewSet):
    """The CMS's list of people and the forms behind it."""

    index_view_class = PersonIndexView

    def get_form_class(self, for_update: bool = False) -> type:
        return PersonEditForm if for_update else PersonCreationForm


class PersonAccountView(AccountView):
    """A staff member's settings in the CMS. Their name stands in the profile, as one."""

    def get_panels(self) -> list:
        return [panel for panel in super().get_panels() if not isinstance(panel, NameEmailSettingsPanel)]


cms_account = require_admin_access(PersonAccountView.as_view())
