from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class OptionBlock(blocks.StructBlock):
    """One option of a choice question. Its block id is its stable name in answers."""

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


class Options(blocks.StreamBlock):
    option = OptionBlock()

    class Meta:
        max_num = 12
        required = False
