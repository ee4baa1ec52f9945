from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class OptionBlock(blocks.StructBlock):
    """One option of a choice question. Its block id is its stable name in answers."""

    text = blocks.CharBlock(label=_("Option"), max_length=400)
    is_correct = blocks.BooleanBlock(label=_("Correct"), required=False)
    feedback = blocks.CharBlock(label=_("Said to those who chose it"), required=False, max_length=600)

    class Meta:
        icon = "tick"
        label = _("Option")


class Options(blocks.StreamBlock):
    option = OptionBlock()

    class Meta:
        max_num = 12
        required = False
