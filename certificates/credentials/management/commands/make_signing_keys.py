import json
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.credentials import services
from certificates.credentials.errors import KeysUnusable
from certificates.credentials.keys import EDDSA, ES256, RS256, PublicKey, load_keys, new_jwk, write_keys


class Command(BaseCommand):
    help = (
        "Make the file of keys that sign certificates (SIGNING_KEY_FILE), or add to it what it lacks. No key is ever taken out.\n"
        "Back the file up where you keep other secrets: without it nothing more can be signed, though all that was stays valid.\n\n"
        "Example: python manage.py make_signing_keys --rotate"
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rotate", action="store_true", help="add a new key of each kind, which signs from now on")
        parser.add_argument("--pdf", action="store_true", help="also a P-256 key, with which PDF files can be signed")

    def handle(self, *, rotate: bool, pdf: bool, verbosity: int, **options: Any) -> None:
        path = Path(settings.SIGNING_KEY_FILE)
        try:
            jwks = _jwks(path)
            here = {PublicKey.from_jwk(jwk).algorithm for jwk in jwks}
            wanted = [EDDSA, RS256, *([ES256] if pdf or ES256 in here else [])]
            added = [new_jwk(algorithm) for algorithm in wanted if rotate or algorithm not in here]
            if added:
                write_keys(path, [*jwks, *added])
            keys = services.signing_keys(now=timezone.now())
        except KeysUnusable as error:
            raise CommandError(str(error)) from error
        if verbosity:
            for jwk in added:
                self.stdout.write(f"Added {jwk['alg']} {PublicKey.from_jwk(jwk).name}.")
            self.stdout.write(f"{path} has {len(keys.pairs)} keys.")


def _jwks(path: Path) -> list[dict[str, str]]:
    """Return the private keys there are; of a file that lacks a kind those it has. Raises KeysUnusable."""
    if not path.exists():
        return []
    try:
        load_keys(path)
    except KeysUnusable as error:
        if not error.is_incomplete:
            raise
    return json.loads(path.read_bytes())["keys"]
