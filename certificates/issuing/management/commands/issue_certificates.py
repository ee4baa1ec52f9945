from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.credentials.errors import KeysUnusable
from certificates.credentials.services import signing_keys
from certificates.issuing import services


class Command(BaseCommand):
    help = (
        "Issue the certificates that a lost message or a stopped worker left; the sweep, for cron.\n"
        "Running it again, or beside a worker, changes nothing twice.\n\n"
        "Example: python manage.py issue_certificates --limit 1000"
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--limit", type=int, default=services.SWEEP_LIMIT, help="at most so many (default: %(default)s)"
        )
        parser.add_argument(
            "--retry",
            action="store_true",
            help="first let those wait again that failed or need attention, once their cause is mended (a font added)",
        )

    def handle(self, *, limit: int, retry: bool, **options: Any) -> None:
        if limit < 1:
            raise CommandError("--limit must be at least 1.")
        now = timezone.now()
        try:
            signing_keys(now=now)
        except KeysUnusable as unusable:
            raise CommandError(str(unusable)) from unusable
        if retry:
            self._say(f"{services.retry_certificates()} set aside before now wait again.", **options)
        self._say(f"{services.issue_missing_certificates(limit, now=now)} issued.", **options)

    def _say(self, text: str, *, verbosity: int, **options: Any) -> None:
        if verbosity:
            self.stdout.write(text)
