import sys
from typing import Any

from django.core.management.base import BaseCommand

from lms.operations.services import recount_everything


class Command(BaseCommand):
    help = (
        "Compare the counts that /insights/ shows with a recount of all rows, as of one moment. Exit status 1 on any "
        "difference, each named. Example: python manage.py check_rollups"
    )

    def handle(self, **options: Any) -> None:
        wrong = 0
        for finding in recount_everything():
            if options["verbosity"] > 1:
                self.stdout.write(f"{finding.part}: {finding.cells_count} differences")
            for difference in finding.named:
                self.stderr.write(str(difference))
            if finding.cells_count > len(finding.named):
                self.stderr.write(f"{finding.part}: and {finding.cells_count - len(finding.named)} more")
            wrong += finding.cells_count
        if wrong:
            sys.exit(
                f"The counts differ from a recount in {wrong} cells. Put them right: python manage.py rebuild_rollups"
            )
        if options["verbosity"]:
            self.stdout.write("The counts equal a recount.")
