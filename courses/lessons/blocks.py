from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.images.blocks import ImageChooserBlock

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


class SequenceBlock(blocks.StructBlock):
    label = blocks.CharBlock(
        label=_("What it is"),
        max_length=120,
        required=False,
        help_text=_("Such as “A VCF record”; read out by screen readers."),
    )
    text = blocks.TextBlock(
        label=_("Lines"), max_length=10_000, search_index=False, help_text=_("Shown exactly as typed, left to right.")
    )

    class Meta:
        icon = "code"
        label = _("Sequence or code")
        group = SHOW
        description = _("Sequence, variant lines or code, with every space kept; wide lines scroll.")
        template = "courses/lessons/blocks/sequence.html"
        preview_value = {"label": "Two sequences", "text": "reference  ATG AAA TTT GGG\npatient    ATG AAA ATT GGG"}


class ExerciseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    question = rich_text(_("Question"), help_text=CITE_HINT)
    answer = rich_text(_("Answer"), help_text=_("Hidden until the reader asks for it. Exercises are not marked."))

    class Meta:
        icon = "help"
        label = _("Exercise")
        group = PRACTISE
        description = _("A question to think about, with an answer that the reader opens; nothing is marked.")
        template = "courses/lessons/blocks/exercise.html"
        preview_value = {
            "title": _("Check your understanding"),
            "question": _("<p>A variant is absent from 300 people. How common may it still be?</p>"),
            "answer": _("<p>Up to about 1 in 100.</p>"),
        }


class RevealBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("What the reader opens"), max_length=120)
    text = rich_text(_("Text"), help_text=CITE_HINT)

    class Meta:
        icon = "arrow-down-big"
        label = _("Reveal")
        group = PRACTISE
        description = _("Detail for those who want it, closed until the reader opens it.")
        template = "courses/lessons/blocks/reveal.html"
        preview_value = {
            "title": _("How the number is found"),
            "text": _("<p>Three divided by the number of people examined.</p>"),
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
    note = NoteBlock()
    caution = CautionBlock()
    case = CaseBlock()
    table = LessonTableBlock()
    sequence = SequenceBlock()
    exercise = ExerciseBlock()
    reveal = RevealBlock()

    class Meta:
        template = "courses/lessons/blocks/body.html"

    def get_context(self, value, parent_context=None):
        """Add the pieces in order, each with the number of the figure it is, or None."""
        context = super().get_context(value, parent_context)
        numbers = iter(range(1, len(value) + 1))
        context["pieces"] = [(child, next(numbers) if child.block_type == "figure" else None) for child in value]
        return context
