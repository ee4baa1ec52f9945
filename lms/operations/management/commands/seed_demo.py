from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.credentials.errors import KeysUnusable
from lms.operations.demo.services import SEED, NoCourses, seed_demo
from lms.operations.management.reporter import Reporter


class Command(BaseCommand):
    help = (
        "Add the demo's people and a year of their activity, ending today. Only with DEMO=1; a second run changes "
        "nothing. Example: DEMO=1 python manage.py seed_demo"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="a number; the same one invents the same activity")

    def handle(self, *, seed: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("seed_demo adds people who can sign in with a known password, so it needs DEMO=1.")
        reporter = Reporter(self.stdout, is_quiet=options["verbosity"] == 0)
        try:
            counts = seed_demo(now=timezone.now(), seed=seed, on_progress=reporter.show_progress)
        except (NoCourses, KeysUnusable) as refusal:
            raise CommandError(str(refusal)) from refusal
        if not counts.people:
            reporter.say("The demo people are there already; nothing was changed.")
            return
        reporter.say(
            f"Added {counts.people} people, {counts.enrolments} enrolments, {counts.completions} completions and "
            f"{counts.certificates} certificates."
        )
