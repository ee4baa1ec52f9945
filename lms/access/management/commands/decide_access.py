import csv
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.access.management.files import read_file
from lms.access.queries.facts import country_codes, grounds
from lms.access.rules.decisions import Outcome, decide
from lms.access.rules.reasons import Reason
from lms.access.rules.tables import LARGEST_FILE, UnusableTable
from lms.access.rules.trials import ANSWERED, read_applications
from lms.access.words import sentence_of


class Command(BaseCommand):
    help = (
        "Try the access policy: FILE is a table with the columns country, attested, review and on; standard output gets it "
        "back with tier, band, valid_until and reasons. Nobody's decision is read or changed. "
        "Example: python manage.py decide_access applications.csv > decided.csv"
    )
    requires_system_checks: list[str] = []  # standard output is for the table alone

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        data = read_file(file, at_most=LARGEST_FILE + 1)
        try:
            table, applications = read_applications(data, countries=country_codes())
        except UnusableTable as unusable:
            raise CommandError(str(unusable)) from unusable
        known = grounds()
        said = cache(lambda code, **facts: sentence_of(Reason(code, facts)))  # thousands of rows say the same few
        answer = io.StringIO()
        writer = csv.writer(answer, lineterminator="\n")
        writer.writerow([*table.header, *ANSWERED])
        for row, asked in zip(table.rows, applications, strict=True):
            outcome = decide(
                known.inputs(country=asked.country, attested=asked.attested, review=asked.review, on=asked.on)
            )
            writer.writerow([*row.values, *_answered(outcome, said)])
        if reconfigure := getattr(self.stdout, "reconfigure", None):  # whatever the terminal's language
            reconfigure(encoding="utf-8")
        self.stdout.write(answer.getvalue(), ending="")
        if options["verbosity"]:
            self.stderr.write(f"Decided about {len(applications)} applications.", self.style.SUCCESS)


def _answered(outcome: Outcome, said: Callable[..., str]) -> list[str]:
    """Return what is added to a row, in the order of ANSWERED. said: code and facts of a reason -> its sentence."""
    valid_until = outcome.valid_until.isoformat() if outcome.valid_until else ""
    reasons = " ".join(said(reason.code, **reason.facts) for reason in outcome.reasons)
    return [outcome.tier.value, outcome.band.value, valid_until, reasons]
