from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

WRITE, ARRANGE = _("Write"), _("Arrange")
LINE = 200  # characters of a side, thing or answer that learners read in one line
MOST_PARTS = 20


class NumericBlock(blocks.StructBlock):
    answer = blocks.FloatBlock(label=_("Right number"))
    tolerance = blocks.FloatBlock(
        label=_("Tolerance"),
        default=0,
        min_value=0,
        help_text=_("How far from the right number an answer may be, in the same unit."),
    )
    unit = blocks.CharBlock(
        label=_("Unit"),
        required=False,
        max_length=40,
        help_text=_("Shown beside the field; may be left out in answers."),
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {name: value[name] for name in ("answer", "tolerance", "unit")}

    class Meta:
        icon = "decimal"
        label = _("Number")
        group = WRITE
        description = _("A number, right within a tolerance. Decimal commas, fractions and the unit are understood.")


class PartialAnswerBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=LINE)
    credit = blocks.FloatBlock(
        label=_("Credit"), default=0.5, min_value=0, max_value=1, help_text=_("A fraction between 0 and 1.")
    )
    feedback = blocks.CharBlock(label=_("Said to those who wrote it"), required=False, max_length=600)

    class Meta:
        icon = "edit"
        label_format = "{text}"


class ShortTextBlock(blocks.StructBlock):
    accept = blocks.ListBlock(
        blocks.CharBlock(label=_("Answer"), max_length=LINE), label=_("Accepted answers"), max_num=MOST_PARTS
    )
    case_sensitive = blocks.BooleanBlock(label=_("Capital and small letters matter"), required=False)
    partial = blocks.ListBlock(
        PartialAnswerBlock(), label=_("Answers that are right in part"), default=[], max_num=MOST_PARTS
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {
            "accept": list(value["accept"]),
            "case_sensitive": bool(value["case_sensitive"]),
            "partial": [{**partial, "feedback": partial["feedback"] or ""} for partial in value["partial"]],
        }

    class Meta:
        icon = "edit"
        label = _("Short text")
        group = WRITE
        description = _("A word or phrase, compared with the answers that you accept.")


class PairBlock(blocks.StructBlock):
    left = blocks.CharBlock(label=_("Left"), max_length=LINE)
    right = blocks.CharBlock(label=_("Right"), max_length=LINE)

    class Meta:
        icon = "link"
        label_format = "{left}: {right}"


class MatchingBlock(blocks.StructBlock):
    pairs = blocks.ListBlock(PairBlock(), label=_("Pairs"), default=[], max_num=MOST_PARTS)
    distractors = blocks.ListBlock(
        blocks.CharBlock(label=_("Right side"), max_length=LINE),
        label=_("Right sides that belong to no pair"),
        default=[],
        max_num=MOST_PARTS,
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {"pairs": [dict(pair) for pair in value["pairs"]], "distractors": list(value["distractors"])}

    class Meta:
        icon = "link"
        label = _("Matching")
        group = ARRANGE
        description = _("Pairs to be put together. Learners see the right sides in an order of their own.")


class OrderingBlock(blocks.StructBlock):
    items = blocks.ListBlock(
        blocks.CharBlock(label=_("Step"), max_length=LINE),
        label=_("In the right order"),
        default=[],
        max_num=MOST_PARTS,
        help_text=_("Learners see them in another order."),
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {"items": list(value["items"])}

    class Meta:
        icon = "list-ol"
        label = _("Ordering")
        group = ARRANGE
        description = _("Steps or events to be put in order, all or nothing.")
