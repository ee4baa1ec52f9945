from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.access.models import Decision
from lms.access.services.records import differences_in


class Command(BaseCommand):
    help = (
        "Make every decision about priority again from what its record says that it rested on, and name each that would "
        "come out differently; the status is 1 if there is one. Example: python manage.py replay_access"
    )

    def handle(self, **options: Any) -> None:
        decisions = different = 0
        for decision in Decision.objects.select_related("policy").order_by("pk").iterator(chunk_size=500):
            differences = differences_in(decision)
            decisions += 1
            different += bool(differences)
            for difference in differences:
                self.stderr.write(f"Decision {difference.decision_id}: {difference.said}.")
        if different:
            raise CommandError(f"{different} of {decisions} decisions come out differently.")
        self.stdout.write(f"All {decisions} decisions come out as they were recorded.")
