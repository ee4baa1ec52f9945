import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.access.management.files import read_file
from lms.access.replays import UnusableReplay, answer_file


class Command(BaseCommand):
    help = (
        "Replay the history of a pool of seats and say who is seated and who waits, in order. FILE holds one JSON object or "
        "a list of them; nothing of the site is read or touched. docs/interface.md says what is in it. Unusable input: "
        "status 1, and one sentence that names the place."
    )
    requires_system_checks: list[str] = []  # standard output is for the answer alone

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="path of a file of JSON in UTF-8")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            answer = answer_file(read_file(file))
        except UnusableReplay as unusable:
            raise CommandError(str(unusable)) from unusable
        if isinstance(answer, list):
            self.stdout.write("[" + ",\n".join(map(json.dumps, answer)) + "]")
        else:
            self.stdout.write(json.dumps(answer))
