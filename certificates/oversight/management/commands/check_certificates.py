from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.oversight.models import Inspection
from certificates.oversight.services.checks import inspect


class Command(BaseCommand):
    help = (
        "Check the register of certificates: everything earned has one, every file is the one that was issued, what was\n"
        "signed holds, and the published lists say what the register says. Ends with 1 when something is wrong.\n\n"
        "Example: python manage.py check_certificates --mend"
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mend",
            action="store_true",
            help="open what is missing, make lost files anew where they come out the same, sign what is not signed, "
            "publish lists anew, and remove files that belong to no certificate for more than a day",
        )
        parser.add_argument("--sample", type=int, help="read the files and signatures of so many, drawn at random")

    def handle(self, *, mend: bool, sample: int | None, verbosity: int, **options: Any) -> None:
        if sample is not None and sample < 0:
            raise CommandError("--sample cannot be less than nothing.")
        inspection = inspect(
            sample=sample,
            is_mending=mend,
            clock=timezone.now,
            tell=lambda what, count: self._say(f"{count} {what} read", verbosity),
        )
        for finding in inspection.findings:
            self._say(self._line(finding), verbosity)
        summary = f"{inspection.checked} certificates read, {inspection.mended} faults mended, {inspection.wrong} left."
        if inspection.wrong:
            raise CommandError(summary)
        self._say(summary, verbosity)

    def _say(self, text: str, verbosity: int) -> None:
        if verbosity:
            self.stdout.write(text)

    @staticmethod
    def _line(finding: dict[str, Any]) -> str:
        outcome = "mended" if finding["is_mended"] else "WRONG"
        detail = f" ({finding['detail']})" if finding["detail"] else ""
        return f"{outcome}: {Inspection.Kind(finding['kind']).label}: {finding['subject']}{detail}"
