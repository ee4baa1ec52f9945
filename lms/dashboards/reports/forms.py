from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lms.dashboards.choices import Choices
from lms.dashboards.forms import QuestionForm
from lms.dashboards.questions import Limit
from lms.dashboards.reports.models import SavedView


class SaveViewForm(forms.Form):
    """A name for the filters in use. Filters that do not exist are passed over, as in an address."""

    name = forms.CharField(
        max_length=SavedView._meta.get_field("name").max_length,
        error_messages={
            "required": _("Give the view a name, then save it."),
            "max_length": _("A name has at most 60 characters. Shorten it, then save the view."),
        },
    )
    query = forms.CharField(required=False, max_length=500, strip=False)

    def filters(self, *, choices: Choices, limit: Limit) -> dict[str, str]:
        """Return the filters that exist, as they stand in an address."""
        asked = QuestionForm(QueryDict(self.cleaned_data["query"].lstrip("?")), choices=choices, limit=limit)
        return {name: asked.data[name] for name in asked.fields if asked.cleaned_data.get(name)}


class ScheduleForm(forms.ModelForm):
    """How often a view is sent to its owner by mail."""

    class Meta:
        model = SavedView
        fields = ["schedule"]
