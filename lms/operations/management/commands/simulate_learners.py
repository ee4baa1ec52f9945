from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.lib.errors import Refusal
from lms.operations.management.reporter import Reporter
from lms.operations.simulation.services import SEED, remove_simulated, simulate_learners


class Command(BaseCommand):
    help = (
        "Fill an academy in which nobody learns yet with invented learners, to try it at scale: 34 months of them, with "
        "courses, webinars and certificates without files. --remove takes all of it out. Example: python manage.py "
        "simulate_learners --learners 1000000 --enrolments 3000000 --seed 7"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--learners", type=int, default=100_000)
        parser.add_argument("--enrolments", type=int, default=300_000)
        parser.add_argument("--seed", type=int, default=SEED, help="a number; the same one invents the same learners")
        parser.add_argument("--today", type=date.fromisoformat, help="the day on which all of it ends, as 2026-11-28")
        parser.add_argument("--remove", action="store_true", help="take the simulated learners out again")

    def handle(self, **options: Any) -> None:
        reporter = Reporter(self.stdout, is_quiet=options["verbosity"] == 0)
        if options["remove"]:
            reporter.say(f"Removed {remove_simulated(on_progress=reporter.show_progress)}.")
            return
        try:
            counts = simulate_learners(
                learners=options["learners"],
                enrolments=options["enrolments"],
                seed=options["seed"],
                today=options["today"] or timezone.now().date(),
                on_progress=reporter.show_progress,
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        reporter.say(f"Added {counts}.")
