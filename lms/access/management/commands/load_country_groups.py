import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django_countries import countries

from lms.access.management.files import read_file
from lms.access.models import CountryDataSet
from lms.access.queries.facts import CountryChange, changes_by, country_codes
from lms.access.rules.bands import Band
from lms.access.rules.groups import read_groups
from lms.access.rules.tables import LARGEST_FILE, UnusableTable
from lms.access.rules.trials import day_in
from lms.access.services.facts import load_data_set, name_of


class Command(BaseCommand):
    help = (
        "Load country groups as a new data set, all or nothing, after saying which countries change and how many people work "
        "there. FILE has the columns of lms/access/data/README.md and every country once. Nothing that was decided changes. "
        "Example: python manage.py load_country_groups groups.csv --effective 2027-07-01 --dry-run"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--effective", metavar="DATE", required=True, help="the first day it holds, as YYYY-MM-DD")
        parser.add_argument("--source", default="", help="where the file came from; without it, its name")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *, file: Path, effective: str, source: str, dry_run: bool, **options: Any) -> None:
        effective_from = day_in(effective)
        if effective_from is None:
            raise CommandError(f"--effective is {effective!r}, and not a day written as YYYY-MM-DD.")
        data = read_file(file, at_most=LARGEST_FILE + 1)
        try:
            groups = read_groups(data, countries=country_codes())
        except UnusableTable as unusable:
            raise CommandError(f"{file} was refused, and nothing was loaded. {unusable}") from unusable
        sha256 = hashlib.sha256(data).hexdigest()
        if CountryDataSet.objects.filter(effective_from=effective_from, sha256=sha256).exists():
            raise CommandError(f"{file} is loaded already, from {effective_from} on; nothing was changed.")
        years = sorted({row.fiscal_year for row in groups} - {""})
        name = name_of(effective_from, "/".join(years) or "no income groups")
        self.stdout.write(f"{name}: {len(groups)} countries.")
        self._tell(changes_by(groups, effective_from=effective_from))
        if dry_run:
            self.stdout.write("Nothing was loaded, since this is a dry run.")
            return
        load_data_set(
            groups,
            name=name,
            source=(source or file.name)[:200],
            sha256=sha256,
            effective_from=effective_from,
            now=timezone.now(),
        )
        self.stdout.write("Loaded. What was decided before stays as it is.")

    def _tell(self, changes: Sequence[CountryChange]) -> None:
        for change in changes:
            people = "1 person works" if change.people == 1 else f"{change.people} people work"
            without = _in_words(change.before) or "nothing"
            self.stdout.write(
                f"  {change.country} {countries.name(change.country)}: {_in_words(change.after)}; "
                f"without this file {without}; {people} there."
            )
        touched = sum(change.people for change in changes)
        self.stdout.write(f"{len(changes)} countries change their band; people who work there: {touched}.")


def _in_words(steps: Sequence[tuple[date, Band]]) -> str:
    return ", ".join(f"{band.value} from {day}" for day, band in steps)
