"""What a lesson is composed of. May import courses.media and the ruler."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock

from courses.lessons.blocks.callouts import CaseBlock, CaseInStepsBlock, CautionBlock, NoteBlock
from courses.lessons.blocks.practice import ExerciseBlock, ReflectionBlock, RevealBlock
from courses.lessons.blocks.sequences import RuledSequenceBlock, SequenceBlock
from courses.lessons.blocks.shown import ComparisonBlock, DocumentBlock, FigureBlock
from courses.lessons.blocks.writing import SHOW, WRITE, HeadingBlock, rich_text
from courses.media.blocks import AudioBlock, VideoBlock

RECORDINGS = ("video", "audio")  # blocks whose value is a recording
# Blocks -> the part of the late style that dresses them (static/bundles.toml), which a page needs at once if one is near its top.
DRESSED_LATE = {"video": "media", "audio": "media", "sequence": "sequence", "ruled_sequence": "sequence"}


# Here and not with the others: migrations name it by this path.
class LessonTableBlock(TableBlock):
    """A grid of short texts. Cells understand `code`, **bold**, *italic* and [@key], as the course files write them."""

    def clean(self, value):
        value = super().clean(value)
        if not self.is_deferred_validation and value:
            if not (value.get("table_caption") or "").strip():
                raise ValidationError(_("Give the table a caption: it is also its name for screen readers."))
            if value.get("table_header_choice") == "neither":
                raise ValidationError(_("Say which cells are headers: the first row, the first column or both."))
        return value

    def get_searchable_content(self, value):
        return [value.get("table_caption") or "", *super().get_searchable_content(value)] if value else []

    class Meta:
        icon = "table"
        label = _("Table")
        group = SHOW
        description = _(
            "Rows and columns with a caption; in a cell, `code`, **bold**, *italic* and [@key] may be used."
        )
        template = "courses/lessons/blocks/table.html"
        preview_value = {
            "table_caption": "From diplotype to phenotype",
            "table_header_choice": "row",
            "first_row_is_table_header": True,
            "first_col_is_header": False,
            "data": [
                ["Diplotype", "Phenotype"],
                ["*1/*1", "Normal metaboliser"],
                ["*1/*2", "Intermediate metaboliser"],
            ],
        }


class LessonBody(blocks.StreamBlock):
    """What a lesson is composed of. Key points, glossary terms and references belong to the page."""

    text = rich_text(
        _("Text"),
        icon="pilcrow",
        group=WRITE,
        description=_("Paragraphs and lists; cite a source by its key, as [@key]."),
        template="courses/lessons/blocks/text.html",
        preview_value=_("<p>Before you agree, ask one question: <b>absent from whom?</b></p>"),
    )
    heading = HeadingBlock()
    figure = FigureBlock()
    video = VideoBlock(group=SHOW)
    audio = AudioBlock(group=SHOW)
    document = DocumentBlock()
    note = NoteBlock()
    caution = CautionBlock()
    case = CaseBlock()
    case_in_steps = CaseInStepsBlock()
    table = LessonTableBlock()
    comparison = ComparisonBlock()
    sequence = SequenceBlock()
    ruled_sequence = RuledSequenceBlock()
    exercise = ExerciseBlock()
    reveal = RevealBlock()
    reflection = ReflectionBlock()

    class Meta:
        template = "courses/lessons/blocks/body.html"

    def get_context(self, value, parent_context=None):
        """Add the pieces in order, each with the number of the figure it is, or None."""
        context = super().get_context(value, parent_context)
        numbers = iter(range(1, len(value) + 1))
        context["pieces"] = [(child, next(numbers) if child.block_type == "figure" else None) for child in value]
        return context
