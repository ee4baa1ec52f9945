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

__all__ = ["Task", "item_in", "kind_in"]


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


def kind_in(task: blocks.StreamValue) -> str | None:
    """Return the kind of the task; None if its author has not chosen one yet."""
    return task[0].block_type if task else None


def item_in(task: blocks.StreamValue) -> dict[str, Any]:
    """Return the task as the plain item that the marker of its kind takes; of a draft it may be unusable."""
    return task[0].block.item_of(task[0].value) if task else {}
