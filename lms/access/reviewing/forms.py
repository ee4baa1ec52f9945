from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from lms.access.models import CountryDataSet, PolicyVersion
from lms.access.policy_words import SEAT_TERMS, TERMS
from lms.access.review_words import ANSWERS as SENTENCES
from lms.access.rules.reviewing import ANSWERS, LONGEST_NOTE, LONGEST_WORD, Occasion
from lms.access.rules.terms import SEAT_BOUNDS, SeatTerms, Terms, bounds_of
from lms.access.services.hardship import HardshipAnswer
from lms.access.services.policies import Wording
from lms.access.services.reviews import Answer

# What each half of the answers does, by occasion.
EFFECTS: dict[Occasion, tuple[Any, Any]] = {
    Occasion.REQUEST: (_("Approve: the person has priority"), _("Decline: no priority, and no new request for a year")),
    Occasion.APPEAL: (_("Uphold: the person has priority"), _("Decline: the decision stands")),
    Occasion.AUDIT: (
        _("Confirm: nothing changes, and nobody is told"),
        _("Take away: no priority for a year from now; seats, fees and certificates stay"),
    ),
}


class AnswerForm(forms.Form):
    """A reviewer's answer to one case."""

    word = forms.CharField(
        label=_("One sentence more to the person"),
        help_text=_("Optional; it stands in the mail and on their page, as you write it, in the language you choose."),
        max_length=LONGEST_WORD,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        label=_("Note for other reviewers"),
        help_text=_("Optional; the person does not see it."),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, occasion: Occasion, **kwargs: Any):
        super().__init__(*args, **kwargs)
        effects = zip(EFFECTS[occasion], ANSWERS[occasion], strict=True)
        self.fields["code"] = forms.ChoiceField(
            label=_("Your answer"),
            choices=[(effect, [(code, SENTENCES[code]) for code in codes]) for effect, codes in effects],
        )
        if occasion is Occasion.AUDIT:
            self.fields["word"].help_text = _("Optional; the person reads it only where priority is taken away.")

    def answer(self) -> Answer:
        return Answer(**self.cleaned_data)


class HardshipAnswerForm(forms.Form):
    """A reviewer's answer to somebody who cannot pay."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[("grant", _("Grant: the person pays less")), ("decline", _("Decline: the price stays"))],
        widget=forms.RadioSelect,
    )
    percent = forms.IntegerField(
        label=_("Per cent off the list price"),
        help_text=_("Where you grant it. The largest waiver that somebody has counts; they never add up."),
        min_value=1,
        max_value=100,
    )
    ends_on = forms.DateField(
        label=_("Until"),
        widget=AdminDateInput,
        help_text=_("The last day on which a seat that is taken costs less; what is charged already is lowered now."),
    )
    word = forms.CharField(
        label=_("To the person"),
        help_text=_("In a sentence or two; where you decline, say why. It stands in the mail and on their page."),
        max_length=LONGEST_WORD,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def answer_given(self) -> HardshipAnswer:
        said = self.cleaned_data
        percent = said["percent"] if said["answer"] == "grant" else 0
        return HardshipAnswer(percent=percent, ends_on=said["ends_on"], word=said["word"])


class PolicyForm(forms.Form):
    """A policy version in plain fields: the terms of who has priority, and those of seats and fees."""

    effective_from = forms.DateField(
        label=_("In force from"),
        widget=AdminDateInput,
        help_text=_("Today or later. Decisions and offerings made before keep their version."),
    )
    data_set = forms.ModelChoiceField(
        CountryDataSet.objects.order_by("-effective_from", "-pk"), label=_("Country data"), empty_label=None
    )
    text = forms.CharField(
        label=_("Text shown to applicants"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, label in TERMS.items():
            least, most = bounds_of(name)
            self.fields[name] = forms.IntegerField(label=label, min_value=least, max_value=most)
        for name, label in SEAT_TERMS.items():
            least, most = SEAT_BOUNDS[name]
            self.fields[name] = (
                forms.DecimalField(label=label, min_value=least, max_value=most, decimal_places=2)
                if isinstance(least, Decimal)
                else forms.IntegerField(label=label, min_value=least, max_value=most)
            )

    @staticmethod
    def values_of(policy: PolicyVersion) -> dict[str, Any]:
        """Return what the form shows of a version."""
        shown = {"effective_from": policy.effective_from, "data_set": policy.data_set_id, "text": policy.text}
        shown |= {name: getattr(policy.terms, name) for name in TERMS}
        return shown | {name: getattr(policy.seat_terms, name) for name in SEAT_TERMS}

    def wording(self) -> Wording:
        said = self.cleaned_data
        return Wording(
            effective_from=said["effective_from"],
            data_set=said["data_set"],
            terms=Terms(**{name: said[name] for name in TERMS}),
            seat_terms=SeatTerms(**{name: said[name] for name in SEAT_TERMS}),
            text=said["text"],
        )
