from collections.abc import Mapping, Sequence

from django import forms
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.assessments.models import Ruling
from courses.enrolment.models import CourseRun, Enrolment
from lms.dashboards.teaching.queries import Selection

CLASS = "input input--short"
IDLE_DAYS = (7, 14, 30, 90)


class LearnersForm(forms.Form):
    """Which learners to show. Values that do not exist are passed over, so that an old address still opens."""

    q = forms.CharField(label=_("Name"), required=False, max_length=120)
    state = forms.ChoiceField(label=_("State"), required=False)
    run = forms.TypedChoiceField(label=_("Run"), required=False, coerce=int, empty_value=None)
    idle = forms.TypedChoiceField(label=_("Not active"), required=False, coerce=int, empty_value=None)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("recent", _("Last active first")),
            ("idle", _("Longest away first")),
            ("name", _("By name")),
            ("most", _("Most done first")),
            ("least", _("Least done first")),
            ("newest", _("Newest first")),
        ],
    )

    def __init__(self, data: Mapping[str, str], *, runs: Sequence[CourseRun]) -> None:
        super().__init__(data)
        self.fields["state"].choices = [("", _("All states")), *Enrolment.State.choices]  # type: ignore[attr-defined]
        idle = [(days, _("for %(days)s days or more") % {"days": days}) for days in IDLE_DAYS]
        self.fields["idle"].choices = [("", _("At any time")), *idle]  # type: ignore[attr-defined]
        if len(runs) > 1:
            named = [(run.pk, run_name(run)) for run in runs]
            self.fields["run"].choices = [("", _("All runs")), *named]  # type: ignore[attr-defined]
        else:
            del self.fields["run"]
        for field in self.fields.values():
            field.widget.attrs["class"] = CLASS
        self.full_clean()

    @property
    def selection(self) -> Selection:
        chosen = self.cleaned_data
        return Selection(
            state=chosen.get("state") or "",
            run_id=chosen.get("run"),
            name=chosen.get("q") or "",
            idle_days=chosen.get("idle"),
            order=chosen.get("order") or "recent",
        )


class RulingForm(forms.Form):
    """How a question that went wrong is put right, and why."""

    strategy = forms.ChoiceField(
        label=_("How it is put right"), widget=forms.RadioSelect, choices=Ruling.Strategy.choices
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Shown to everybody whose mark it changes. At most 1,000 characters."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class DecisionForm(RulingForm):
    """What is decided of an appeal: the mark stays, or the question is put right for everybody."""

    DECLINE = "decline"

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        strategy, reason = self.fields["strategy"], self.fields["reason"]
        strategy.label = _("Decision")
        strategy.choices = [  # type: ignore[attr-defined]
            (self.DECLINE, _("Decline: the mark stays")),
            *((value, _("Uphold: %(how)s") % {"how": label}) for value, label in Ruling.Strategy.choices),
        ]
        reason.label = _("What the learner is told")
        reason.help_text = _(
            "Sent by mail and shown beside the answer; where marks change, to everybody whose mark it is. "
            "At most 1,000 characters."
        )

    @property
    def is_declined(self) -> bool:
        return self.cleaned_data["strategy"] == self.DECLINE


def run_name(run: CourseRun) -> str:
    """Return what a run is called among the runs of its course."""
    if run.name:
        return run.name
    if run.opens_at is None:
        return run.get_kind_display()
    day = formats.date_format(run.opens_at, "DATE_FORMAT")
    return gettext("%(kind)s, from %(day)s") % {"kind": run.get_kind_display(), "day": day}
