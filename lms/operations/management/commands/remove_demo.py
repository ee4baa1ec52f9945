from typing import Any

from django.core.management.base import BaseCommand

from lms.operations.demo.services import remove_demo
from lms.operations.management.reporter import Reporter


class Command(BaseCommand):
    help = (
        "Take out the demo's people and everything they did: enrolments, progress, results, certificates and their "
        "files, mail, and their share of the counts. Example: python manage.py remove_demo"
    )

    def handle(self, **options: Any) -> None:
        reporter = Reporter(self.stdout, is_quiet=options["verbosity"] == 0)
        counts = remove_demo()
        if not counts.people:
            reporter.say("There are no demo people; nothing was changed.")
            return
        reporter.say(
            f"Removed {counts.people} people, {counts.enrolments} enrolments, {counts.completions} completions and "
            f"{counts.certificates} certificates."
        )
