from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

TEXT, CHOICE, YES_NO = "text", "choice", "yes_no"
MOST_CHOICES = 10


class QuestionBlock(blocks.StructBlock):
    """A question to people who register."""

    question = blocks.CharBlock(label=_("Question"), max_length=200)
    purpose = blocks.CharBlock(
        label=_("What it is for"),
        max_length=200,
        help_text=_("Shown under the question, such as: The speaker chooses the cases by it."),
    )
    kind = blocks.ChoiceBlock(
        label=_("Answer"),
        choices=[(TEXT, _("A short text")), (CHOICE, _("One of several")), (YES_NO, _("Yes or no"))],
        default=TEXT,
    )
    choices = blocks.ListBlock(
        blocks.CharBlock(label=_("Choice"), max_length=100),
        label=_("Choices"),
        default=[],
        max_num=MOST_CHOICES,
        help_text=_("For one of several: two to ten."),
    )
    is_required = blocks.BooleanBlock(label=_("Has to be answered"), required=False)

    class Meta:
        icon = "help"
        label = _("Question")
        description = _("A question to people who register.")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        choices = list(cleaned["choices"])
        if cleaned["kind"] == CHOICE and len(set(choices)) < 2:
            raise blocks.StructBlockValidationError(
                {"choices": ValidationError(_("Give at least two different choices."))}
            )
        return cleaned
