from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from certificates.award import Award
from certificates.issuing.models import Certificate, CertificateQuerySet
from certificates.issuing.rules import LONGEST_TYPED, is_well_formed, read_serial
from certificates.oversight.queries import needing_a_look, newest_webinars
from certificates.oversight.services.revocations import MOST
from certificates.rendering.words import KINDS
from courses.catalogue.models import Course
from courses.webinars.models import Webinar
from lms.accounts.models import User


class WebinarField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, obj: Webinar) -> str:
        return f"{obj}, {date_format(obj.when[0].astimezone(obj.zone), 'SHORT_DATE_FORMAT')}"


class WebinarFilter(django_filters.ModelChoiceFilter):
    """A webinar with its day, since several have one title."""

    field_class = WebinarField


class RegisterFilterSet(WagtailFilterSet):
    attention = django_filters.ChoiceFilter(
        label=_("Needs a look"), method="with_attention", choices=[("yes", _("Set aside, or waiting for long"))]
    )
    state = django_filters.MultipleChoiceFilter(
        label=_("State"),
        choices=Certificate.State.choices,
        widget=forms.CheckboxSelectMultiple,
        distinct=False,  # a certificate has one state; weeding out repetitions would sort the whole register
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), field_name="facts__result", choices=list(KINDS.items()))
    course = django_filters.ModelChoiceFilter(
        label=_("Course"), field_name="completion__enrolment__run__course", queryset=Course.objects.all()
    )
    webinar = WebinarFilter(
        label=_("Webinar"), field_name="attendance__registration__webinar", queryset=lambda request: newest_webinars()
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"), field_name="facts__language", choices=settings.LANGUAGES
    )
    opened_at = django_filters.DateFromToRangeFilter(label=_("Opened"), widget=DateRangePickerWidget)

    class Meta:
        model = Certificate
        fields: list[str] = []

    def with_attention(self, certificates: CertificateQuerySet, name: str, value: Any) -> CertificateQuerySet:
        return needing_a_look(certificates, now=timezone.now()) if value else certificates


class RevokeForm(forms.Form):
    """Why a certificate is not valid any more."""

    public_reason = forms.CharField(
        label=_("Reason, as anyone may read it"),
        help_text=_("One sentence. It stands on the certificate’s public page and in the mail to its holder."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    private_reason = forms.CharField(
        label=_("Reason, for programme leads"),
        help_text=_("What happened, and who asked for it. Nobody else reads it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReissueForm(forms.Form):
    """What is to be otherwise on the certificate that takes another’s place."""

    name = forms.CharField(
        label=_("Name"),
        max_length=300,
        help_text=_("As it is to stand on the certificate, in the holder’s own script."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    private_reason = forms.CharField(
        label=_("Reason, for programme leads"),
        help_text=_("What shows that the name is theirs, and who asked. Nobody else reads it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, award: Award):
        super().__init__(data, initial={"name": award.name, "language": award.language})
        self.award = award

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if (said.get("name"), said.get("language")) == (self.award.name, self.award.language):
            raise forms.ValidationError(
                _("This is what the certificate says already. Correct the name, or choose another language.")
            )
        return said


class WithdrawForm(forms.Form):
    """Typed by whoever empties all certificates of a person, since nothing brings them back."""

    email = forms.EmailField(
        label=_("The holder’s e-mail address"), help_text=_("Type it, so that the right person’s are withdrawn.")
    )

    def __init__(self, data: Any = None, *, holder: User):
        super().__init__(data)
        self.holder = holder

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if email.lower() != self.holder.email.lower():
            raise forms.ValidationError(_("This is not the holder’s address. Look at the certificate’s page again."))
        return email


class ProposalForm(RevokeForm):
    """Which certificates are to be revoked together, and why."""

    field_order = ["codes", "public_reason", "private_reason"]
    codes = forms.CharField(
        label=_("Codes"),
        help_text=_("One a row, at most %(most)s. A list filtered in the register can be brought here.")
        % {"most": MOST},
        max_length=(LONGEST_TYPED + 2) * MOST,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
    )

    def clean_codes(self) -> list[str]:
        rows = [row.strip() for row in self.cleaned_data["codes"].splitlines() if row.strip()]
        serials = []
        for number, row in enumerate(rows, 1):
            serial = read_serial(row)
            if serial is None or not is_well_formed(serial):
                raise forms.ValidationError(
                    _("Row %(row)s is not a certificate’s code: %(code)s. Compare it again."),
                    params={"row": number, "code": row[:LONGEST_TYPED]},
                )
            serials.append(serial)
        return serials


class SubjectForm(forms.Form):
    """The course or the webinar whose certificates are looked through."""

    course = forms.ModelChoiceField(Course.objects.all(), label=_("Course"), required=False)
    webinar = WebinarField(newest_webinars(), label=_("Webinar"), required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("course")) == bool(said.get("webinar")):
            raise forms.ValidationError(_("Choose a course or a webinar, one of the two."))
        return said


class CorrectionForm(forms.Form):
    """The answer to a learner who says that something is wrong."""

    decision = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            ("grant", _("Grant: a new certificate with the name asked for takes this one’s place")),
            ("refuse", _("Refuse: the certificate stays as it is")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("To the learner"),
        help_text=_(
            "Where you refuse, say why: it is sent by mail, as you write it. Where you grant, it stays on record."
        ),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
