from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.credentials.chains import certificate_request, self_signed
from certificates.credentials.errors import KeysUnusable
from certificates.credentials.keys import load_keys


class Command(BaseCommand):
    help = (
        "Print an X.509 certificate of the newest key for PDF files (`make_signing_keys --pdf`), signed by itself, for the file\n"
        "that CERTIFICATE_PADES_CHAIN names; or, with --request, what an authority is asked with for one that readers trust.\n\n"
        "Example: python manage.py make_pdf_certificate > /etc/genomed/pdf.pem"
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--request", action="store_true", help="a request for an authority instead")

    def handle(self, *, request: bool, **options: Any) -> None:
        try:
            pair = load_keys(Path(settings.SIGNING_KEY_FILE)).p256
        except KeysUnusable as unusable:
            raise CommandError(str(unusable)) from unusable
        if pair is None:
            raise CommandError("There is no key for PDF files yet: run `manage.py make_signing_keys --pdf`.")
        name = settings.CERTIFICATE_ISSUER
        pem = certificate_request(pair, name=name) if request else self_signed(pair, name=name, now=timezone.now())
        self.stdout.write(pem.decode())
