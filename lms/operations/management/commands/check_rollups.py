import sys
from typing import Any

from django.core.management.base import BaseCommand

from lms.operations.queries import rollup_differences

MOST_DIFFERENCES = 50


class Command(BaseCommand):
    help = (
        "Compare the counts that /insights/ shows with a recount of all enrolments, completions and certificates. "
        "Exit status 1 on any difference, each named. Example: python manage.py check_rollups"
    )

    def handle(self, **options: Any) -> None:
        differences = rollup_differences()
        if not differences:
            if options["verbosity"]:
                self.stdout.write("The counts equal a recount.")
            return
        for (course_id, country, month, milestone), counted, recounted in differences[:MOST_DIFFERENCES]:
            self.stderr.write(
                f"{milestone}, course {course_id}, {country}, {month:%Y-%m}: counted {counted}, recounted {recounted}"
            )
        if len(differences) > MOST_DIFFERENCES:
            self.stderr.write(f"and {len(differences) - MOST_DIFFERENCES} more")
        sys.exit(f"The counts differ from a recount in {len(differences)} cells.")
