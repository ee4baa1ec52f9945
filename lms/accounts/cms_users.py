from django import forms
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

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


class PersonViewSet(UserViewSet):
    """The CMS's list of people and the forms behind it."""

    def get_form_class(self, for_update: bool = False) -> type:
        return PersonEditForm if for_update else PersonCreationForm
