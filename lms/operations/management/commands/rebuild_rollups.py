from typing import Any

from django.core.management.base import BaseCommand

from lms.operations.services import recount_everything


class Command(BaseCommand):
    help = (
        "Make the counts that /insights/ shows what a recount of all rows gives, with the site up: readers and learners "
        "notice nothing, only folding waits. Stopped halfway, run it again. Example: python manage.py rebuild_rollups"
    )

    def handle(self, **options: Any) -> None:
        changed = 0
        for finding in recount_everything(repair=True):
            changed += finding.cells_count
            if options["verbosity"]:
                self.stdout.write(f"{finding.part}: {finding.cells_count} cells put right")
        if options["verbosity"]:
            self.stdout.write(f"The counts are those of a recount; {changed} cells were not.")
