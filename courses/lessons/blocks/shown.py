"""What is shown beside the text: figures, documents, comparisons."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from courses.lessons.blocks.writing import CITE_HINT, SHOW, rich_text


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alt_text = blocks.CharBlock(
        label=_("Alternative text"), max_length=300, help_text=_("What the picture shows, for those who do not see it.")
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=400, help_text=CITE_HINT)
    credit = blocks.CharBlock(
        label=_("Credit"), required=False, max_length=200, help_text=_("Who made it, and under which licence.")
    )
    description = rich_text(
        _("Long description"),
        required=False,
        help_text=_("Everything the picture says, in words; readers open it below the picture."),
    )

    class Meta:
        icon = "image"
        label = _("Figure")
        group = SHOW
        description = _("A drawing or photograph with a caption, its text alternative and a long description.")
        template = "courses/lessons/blocks/figure.html"
        preview_template = "courses/lessons/blocks/figure_preview.html"
        preview_value = {
            "alt_text": _("Two boxes joined by an arrow: DNA, then RNA."),
            "caption": _("From DNA to RNA."),
            "description": _("<p>A box marked DNA on the left, an arrow, and a box marked RNA on the right.</p>"),
        }


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=120, help_text=_("Leave empty to use the document's own.")
    )
    summary = blocks.CharBlock(
        label=_("What it holds"), required=False, max_length=300, help_text=_("Why a reader would spend the megabytes.")
    )

    class Meta:
        icon = "doc-full-inverse"
        label = _("Document")
        group = SHOW
        description = _("A file to download; its kind and size are said before anyone presses.")
        template = "courses/lessons/blocks/document.html"
        preview_template = "courses/lessons/blocks/document_preview.html"
        preview_value = {
            "title": _("Checklist before consent"),
            "summary": _("One page to print and keep in the clinic."),
        }


class ComparedRowBlock(blocks.StructBlock):
    aspect = blocks.CharBlock(label=_("What is compared"), max_length=80)
    cells = blocks.ListBlock(
        blocks.CharBlock(label=_("Cell"), max_length=300),
        label=_("Cells"),
        min_num=2,
        max_num=4,
        help_text=_("One for each column, in the same order. `code`, **bold**, *italic* and [@key] may be used."),
    )

    class Meta:
        label = _("Row")
        label_format = "{aspect}"


class ComparisonBlock(blocks.StructBlock):
    """A few things compared aspect by aspect. On a narrow screen each row becomes a short list, so nothing scrolls."""

    caption = blocks.CharBlock(
        label=_("Caption"), max_length=200, help_text=_("It is also the table's name for screen readers.")
    )
    columns = blocks.ListBlock(
        blocks.CharBlock(label=_("Column"), max_length=60),
        label=_("What stands side by side"),
        min_num=2,
        max_num=4,
    )
    rows = blocks.ListBlock(ComparedRowBlock(), label=_("Rows"), min_num=1, max_num=15)

    def clean(self, value):
        value = super().clean(value)
        if not self.is_deferred_validation:
            columns = len(value["columns"])
            uneven = [row["aspect"] for row in value["rows"] if len(row["cells"]) != columns]
            if uneven:
                message = _("The table has %(columns)s columns, but the row “%(row)s” has another number of cells.")
                error = ValidationError(message, params={"columns": columns, "row": uneven[0]})
                raise StructBlockValidationError(block_errors={"rows": error})
        return value

    def get_context(self, value, parent_context=None):
        """Add the rows, each cell beside the name of its column."""
        context = super().get_context(value, parent_context)
        context["rows"] = [
            (row["aspect"], list(zip(value["columns"], row["cells"], strict=False))) for row in value["rows"]
        ]
        return context

    class Meta:
        icon = "grid"
        label = _("Comparison")
        group = SHOW
        description = _("Two to four things side by side, aspect by aspect; it reads well on a phone.")
        template = "courses/lessons/blocks/comparison.html"
        preview_value = {
            "caption": _("Two ways to look for a variant"),
            "columns": [_("Gene panel"), _("Whole genome")],
            "rows": [
                {"aspect": _("What is read"), "cells": [_("A list of genes"), _("Nearly everything")]},
                {"aspect": _("Unexpected findings"), "cells": [_("Few"), _("More")]},
            ],
        }
