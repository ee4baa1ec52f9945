import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.accounts.models import User
from lms.lib.errors import Refusal
from lms.operations.erasing import erase_person


class Command(BaseCommand):
    help = (
        "Erase a person: account, name, addresses and all that they wrote go, their certificates are withdrawn, and the "
        "counts stay. It cannot be undone. Not for people who work here. "
        "Example: python manage.py erase_person somebody@example.org"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The address of the account.")
        parser.add_argument("--yes", action="store_true", help="Do not ask whether it is meant.")

    def handle(self, email: str, yes: bool, **options: Any) -> None:
        person = User.objects.filter(email__iexact=email, is_stand_in=False).first()
        if person is None:
            raise CommandError(f"No account has the address {email}. Somebody who was erased has none any more.")
        if not (yes or self._is_meant(email)):
            raise CommandError("Nothing was changed.")
        try:
            erased = erase_person(person, now=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["verbosity"]:
            self.stdout.write(
                f"Erased. Enrolments that are about nobody now: {erased.enrolments}; registrations deleted: "
                f"{erased.registrations}; certificates withdrawn: {erased.certificates}."
            )

    def _is_meant(self, email: str) -> bool:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is there to confirm it. Add --yes if it is meant.")
        return input(f"Everything about {email} goes for ever. Type the address again to erase it: ").strip() == email
