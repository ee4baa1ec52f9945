from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.lessons import ruler
from courses.lessons.blocks.writing import SHOW


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
