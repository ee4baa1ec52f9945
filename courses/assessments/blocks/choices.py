from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

CHOOSE = _("Choose")  # the groups in the editor's block picker
MOST_OPTIONS = 12
JUDGEMENTS = [("true", _("True")), ("false", _("False"))]


class OptionBlock(blocks.StructBlock):
    """One option of a choice question. The id of its place in the list is its stable name in answers."""

    text = blocks.CharBlock(label=_("Option"), max_length=400)
    is_correct = blocks.BooleanBlock(
        label=_("Correct"), required=False, help_text=_("Tick it if learners should choose this option.")
    )
    feedback = blocks.CharBlock(
        label=_("Said to those who chose it"),
        required=False,
        max_length=600,
        help_text=_("Why it is right, or what makes it wrong."),
    )

    class Meta:
        icon = "tick"
        label = _("Option")
        label_format = "{text}"


class SingleBlock(blocks.StructBlock):
    options = blocks.ListBlock(
        OptionBlock(),
        label=_("Options"),
        max_num=MOST_OPTIONS,
        default=[],
        help_text=_(
            "Three to five plausible options. Say under each wrong one why it is wrong: that is where people learn."
        ),
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {
            "options": [
                {
                    "id": str(child.id),
                    "text": str(child.value["text"] or "").strip(),
                    "is_correct": bool(child.value["is_correct"]),
                    "feedback": child.value["feedback"] or "",
                }
                for child in value["options"].bound_blocks
            ]
        }

    class Meta:
        icon = "radio-full"
        label = _("One answer")
        group = CHOOSE
        description = _("Exactly one of the options is correct.")


class MultipleBlock(SingleBlock):
    partial_credit = blocks.ChoiceBlock(
        label=_("Credit"),
        choices=[
            ("all-or-nothing", _("For exactly the correct options")),
            ("share", _("For each correct option, less one for each other that is chosen")),
        ],
        default="all-or-nothing",
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {**super().item_of(value), "partial_credit": value["partial_credit"]}

    class Meta:
        icon = "tasks"
        label = _("Several answers")
        group = CHOOSE
        description = _("Learners must find every correct option and no other.")


class TrueFalseBlock(blocks.StructBlock):
    answer = blocks.ChoiceBlock(label=_("The statement is"), choices=JUDGEMENTS)

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {"answer": {"true": True, "false": False}.get(value["answer"])}

    class Meta:
        icon = "check"
        label = _("True or false")
        group = CHOOSE
        description = _("A statement, written as the question, to be judged.")


class FormerOptions(blocks.StreamBlock):
    """How options were stored before each kind had a block of its own; the column leaves in a later release."""

    option = OptionBlock()
