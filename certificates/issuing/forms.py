from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from certificates.issuing.models import Certificate, CorrectionRequest
from certificates.issuing.queries import further_languages


class CorrectionForm(forms.ModelForm):
    """What a learner says is wrong on their certificate; the name it has stands in the form."""

    class Meta:
        model = CorrectionRequest
        fields = ["name", "problem"]
        labels = {"name": _("Your name as it should stand")}
        help_texts = {
            "name": _("Leave it as it is if something else is wrong."),
            "problem": _("In a sentence or two, such as: my second family name is missing."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
            "problem": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        }
        error_messages = {
            "name": {"required": _("Write your name as it should stand, or as it stands now.")},
            "problem": {"required": _("Say what is wrong, so that we can put it right.")},
        }

    def __init__(self, data: QueryDict | None = None, *, certificate: Certificate):
        super().__init__(data, initial={"name": certificate.award.name})


class LanguageForm(forms.Form):
    """The language that a certificate is wanted in: one that it can be printed in and is not in yet."""

    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, data: QueryDict, *, certificate: Certificate):
        super().__init__(data)
        self.fields["language"].choices = further_languages(certificate)  # type: ignore[attr-defined]

    @property
    def chosen_name(self) -> str:
        """What the chosen language calls itself."""
        return dict(settings.LANGUAGES)[self.cleaned_data["language"]]
