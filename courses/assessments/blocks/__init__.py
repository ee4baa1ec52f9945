"""What authors fill in for each kind of question: one block per kind, each of which returns the item that the marker takes."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.assessments.blocks.choices import MultipleBlock, SingleBlock, TrueFalseBlock
from courses.assessments.blocks.genomics import (
    AcmgBlock,
    DiplotypeBlock,
    GeneSymbolBlock,
    HgvsBlock,
    HpoBlock,
    PedigreeBlock,
    VcfBlock,
)
from courses.assessments.blocks.written import MatchingBlock, NumericBlock, OrderingBlock, ShortTextBlock

__all__ = ["Task", "Trials", "item_in", "kind_in"]


class Task(blocks.StreamBlock):
    """What is asked and how it is marked: one block, whose type is the question's kind."""

    single = SingleBlock()
    multiple = MultipleBlock()
    true_false = TrueFalseBlock()
    numeric = NumericBlock()
    short_text = ShortTextBlock()
    matching = MatchingBlock()
    ordering = OrderingBlock()
    hgvs = HgvsBlock()
    acmg = AcmgBlock()
    diplotype = DiplotypeBlock()
    pedigree = PedigreeBlock()
    vcf = VcfBlock()
    gene_symbol = GeneSymbolBlock()
    hpo = HpoBlock()

    class Meta:
        max_num = 1
        required = False
        label = _("Task")


class TrialBlock(blocks.StructBlock):
    """An answer as its author expects somebody to give it, and what it should earn."""

    answer = blocks.TextBlock(
        label=_("Answer"),
        rows=2,
        max_length=2000,
        help_text=_("As a learner would write it. Options, modes and steps one a line; pairs a line as left = right."),
    )
    score = blocks.FloatBlock(
        label=_("It should earn"),
        required=False,
        min_value=0,
        max_value=1,
        help_text=_("From 0 to 1. Left empty, the preview only shows what it earns."),
    )

    class Meta:
        icon = "check"
        label = _("Answer")
        label_format = "{answer}"


class Trials(blocks.StreamBlock):
    trial = TrialBlock()

    class Meta:
        max_num = 40
        required = False


def kind_in(task: blocks.StreamValue) -> str | None:
    """Return the kind of the task; None if its author has not chosen one yet."""
    return task[0].block_type if task else None


def item_in(task: blocks.StreamValue) -> dict[str, Any]:
    """Return the task as the plain item that the marker of its kind takes; of a draft it may be unusable."""
    return task[0].block.item_of(task[0].value) if task else {}
