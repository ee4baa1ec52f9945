"""What every block is made with: groups of the picker and rich text; and headings."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

FEATURES = ["bold", "italic", "code", "superscript", "subscript", "ol", "ul", "link"]
CITE_HINT = _("Cite a source by its key, as [@key]; readers see a number.")

# Groups in the editor's block picker.
WRITE, SHOW, POINT_OUT, PRACTISE = _("Write"), _("Show"), _("Point out"), _("Practise")


def rich_text(label, **options):
    return blocks.RichTextBlock(label=label, features=FEATURES, **options)


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Heading"), max_length=120)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("2", _("Section")), ("3", _("Part of a section"))], default="2"
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        group = WRITE
        description = _("Begins a section; readers can link to it, and the link outlives a change of wording.")
        template = "courses/lessons/blocks/heading.html"
        preview_value = {"text": _("What absence is worth"), "level": "2"}
