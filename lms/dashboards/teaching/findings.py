"""Why a question is worth a look, as sentences written from its figures."""

from django.utils import formats
from django.utils.translation import gettext as _

from lms.dashboards.teaching.item_analysis import QuestionRow
from lms.dashboards.teaching.rules import Flag, Reason


def findings(row: QuestionRow) -> list[str]:
    """Return what is worth a look, a sentence for each flag; empty where nothing is, or too few have answered."""
    return [_finding(flag, row) for flag in row.figures.flags]


def _finding(flag: Flag, row: QuestionRow) -> str:
    facts = {
        "percent": row.percent,
        "figure": two_decimals(row.figures.discrimination),
        "option": next((option.text for option in row.options if option.figures.option_id == flag.option_id), ""),
    }
    sentences = {
        Reason.TOO_EASY: _("Nearly everyone is right, %(percent)s %% on average: it may tell nobody anything."),
        Reason.TOO_HARD: _(
            "Hardly anyone is right, %(percent)s %% on average: check the key, and whether a lesson teaches it."
        ),
        Reason.TURNED: _(
            "Those who do well elsewhere do worse here (%(figure)s): the key may be wrong or the wording misleading."
        ),
        Reason.LOW: _("It hardly tells those who do well elsewhere from the others (%(figure)s)."),
        Reason.NOBODY_CHOOSES: _("Nobody chooses “%(option)s”: a more plausible wrong answer would ask more."),
        Reason.PREFERRED: _(
            "Those who do well elsewhere choose “%(option)s”: it may be right too, or the question misread."
        ),
    }
    return sentences[flag.reason] % facts


def two_decimals(figure: float | None) -> str:
    """Return a figure between -1 and 1 as it is written in the reader's language; empty if it cannot be told."""
    return "" if figure is None else formats.number_format(round(figure, 2) + 0.0, 2)  # never -0.00
