from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from courses.lessons import ruler
from courses.media.blocks import AudioBlock, VideoBlock

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


class HighlightBlock(blocks.StructBlock):
    first = blocks.IntegerBlock(label=_("From position"))
    last = blocks.IntegerBlock(label=_("To position"), help_text=_("The same, for a single letter."))
    meaning = blocks.CharBlock(
        label=_("What it is"),
        max_length=200,
        help_text=_("Said in words below the sequence, beside its letters; may cite a source as [@key]."),
    )

    class Meta:
        icon = "edit"
        label = _("Highlight")
        label_format = "{first}–{last}: {meaning}"


class RuledSequenceBlock(blocks.StructBlock):
    """A sequence under a ruler. It wraps between groups of ten, so that it fits every screen and needs no scrolling."""

    caption = blocks.CharBlock(
        label=_("Caption"),
        max_length=200,
        help_text=_("What the sequence is, with its accession if it has one; may cite a source as [@key]."),
    )
    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("dna", _("DNA")), ("rna", _("RNA")), ("protein", _("Protein, one-letter code"))],
        default="dna",
    )
    residues = blocks.TextBlock(
        label=_("Sequence"),
        max_length=3_000,
        search_index=False,
        help_text=_("Spaces, line ends and line numbers are left out; small and capital letters are kept."),
    )
    starts_at = blocks.IntegerBlock(
        label=_("Position of the first letter"),
        default=1,
        min_value=-1_000_000_000,
        max_value=1_000_000_000,
        help_text=_("May be negative, as before a start codon; after -1 comes 1."),
    )
    highlights = blocks.ListBlock(HighlightBlock(), label=_("Highlights"), min_num=0, max_num=12, default=[])

    def clean(self, value):
        value = super().clean(value)
        if not self.is_deferred_validation and (errors := _problems_of_sequence(value)):
            raise StructBlockValidationError(block_errors=errors)
        return value

    def get_context(self, value, parent_context=None):
        """Add the groups under the ruler, the first and last position, and each highlight with the letters it covers."""
        context = super().get_context(value, parent_context)
        residues, starts_at = ruler.residues_in(value["residues"] or ""), value["starts_at"] or 1
        # A draft may be unfinished: what has no place yet is not shown.
        highlights = [mark for mark in value["highlights"] if mark["first"] and mark["last"]]
        return context | {
            "groups": ruler.lay_out(residues, [(h["first"], h["last"]) for h in highlights], starts_at=starts_at),
            "first": starts_at,
            "last": ruler.position_of(len(residues) - 1, starts_at=starts_at),
            "marks": [
                (mark, ruler.stretch(residues, mark["first"], mark["last"], starts_at=starts_at)) for mark in highlights
            ],
        }

    class Meta:
        icon = "decimal"
        label = _("Sequence with a ruler")
        group = SHOW
        description = _("DNA, RNA or protein with its positions, and highlights that are also said in words.")
        template = "courses/lessons/blocks/ruled_sequence.html"
        preview_value = {
            "caption": _("The beginning of a coding sequence"),
            "kind": "dna",
            "residues": "GCCACCATGAAATTTGGGCCCTGA",
            "starts_at": -6,
            "highlights": [
                {"first": 1, "last": 3, "meaning": _("the start codon")},
                {"first": 16, "last": 18, "meaning": _("a stop codon")},
            ],
        }


def _problems_of_sequence(value) -> dict[str, ValidationError]:
    """Return field -> what is wrong with it: letters that are no residues, ranges outside the sequence or over each other."""
    residues, starts_at = ruler.residues_in(value["residues"]), value["starts_at"]
    if strange := ruler.strange_letters(residues, value["kind"]):
        message = _("These characters do not belong in such a sequence: %(characters)s")
        return {"residues": ValidationError(message, params={"characters": " ".join(strange[:10])})}
    if not residues:
        return {"residues": ValidationError(_("There is no letter in it."))}
    if starts_at == 0:
        return {"starts_at": ValidationError(_("There is no position 0: before 1 comes -1."))}
    end = ruler.position_of(len(residues) - 1, starts_at=starts_at)
    taken = starts_at - 1
    for first, last in sorted((mark["first"], mark["last"]) for mark in value["highlights"]):
        params = {"first": first, "last": last, "start": starts_at, "end": end}
        if 0 in (first, last) or not starts_at <= first <= last <= end:
            message = _("%(first)s to %(last)s is no range of this sequence, which runs from %(start)s to %(end)s.")
            return {"highlights": ValidationError(message, params=params)}
        if first <= taken:
            message = _("%(first)s to %(last)s covers letters that another highlight covers already.")
            return {"highlights": ValidationError(message, params=params)}
        taken = last
    return {}


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


class ReflectionBlock(blocks.StructBlock):
    question = rich_text(
        _("Question"), help_text=_("Such as what a reader would do in their own clinic; there is no right answer.")
    )

    class Meta:
        icon = "edit"
        label = _("Reflection")
        group = PRACTISE
        description = _(
            "A question with a field to write in. What a learner writes is theirs alone; staff cannot read it."
        )
        template = "courses/lessons/blocks/reflection.html"
        preview_template = "courses/lessons/blocks/reflection_preview.html"
        preview_value = {
            "question": _("<p>Whom in your hospital would you ask before you report an unexpected finding?</p>")
        }


RECORDINGS = ("video", "audio")  # blocks whose value is a recording


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
