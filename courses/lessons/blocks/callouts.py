from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.lessons.blocks.writing import CITE_HINT, POINT_OUT, rich_text


class CalloutBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = rich_text(_("Text"), help_text=CITE_HINT)

    class Meta:
        group = POINT_OUT
        preview_value = {
            "title": _("Work it out"),
            "text": _(
                "<p>With 300 people examined and none carrying the variant, the carrier rate may still be 1 in 100.</p>"
            ),
        }


class NoteBlock(CalloutBlock):
    class Meta:
        icon = "info-circle"
        label = _("Note")
        description = _("A remark beside the argument that a reader in a hurry may skip.")
        template = "courses/lessons/blocks/note.html"


class CautionBlock(CalloutBlock):
    class Meta:
        icon = "warning"
        label = _("Caution")
        description = _("Something that can go wrong or do harm; it carries a warning label.")
        template = "courses/lessons/blocks/caution.html"


class CaseBlock(CalloutBlock):
    class Meta:
        icon = "user"
        label = _("Case")
        description = _("A short story from practice; it is marked as invented, so never put a real person in it.")
        template = "courses/lessons/blocks/case.html"


class CaseStepBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        label=_("Title"), max_length=120, help_text=_("Shown before the step is opened, so it gives nothing away.")
    )
    text = rich_text(_("Text"), help_text=CITE_HINT)

    class Meta:
        icon = "arrow-right"
        label = _("Step")
        label_format = "{title}"


class CaseInStepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    opening = rich_text(_("How it begins"), help_text=CITE_HINT)
    steps = blocks.ListBlock(CaseStepBlock(), label=_("Steps"), min_num=1, max_num=12)

    class Meta:
        icon = "tasks"
        label = _("Case in steps")
        group = POINT_OUT
        description = _(
            "An invented case that unfolds: the reader thinks, then opens the next step. Never put a real person in it."
        )
        template = "courses/lessons/blocks/case_in_steps.html"
        preview_value = {
            "title": _("A boy who tires easily"),
            "opening": _("<p>He is four. His mother's brother used a wheelchair from the age of eleven.</p>"),
            "steps": [
                {"title": _("Which question comes first?"), "text": _("<p>Who else in the family is affected?</p>")},
                {"title": _("What the family tree shows"), "text": _("<p>Only boys, all related through women.</p>")},
            ],
        }
