from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.assessments.models import Question


class Command(BaseCommand):
    help = (
        "Mark the key and the trial answers of every published question again, and list those that earn something else "
        "than they should: after a new edition of a table, say. Nothing is changed; the status is 1 if any is listed."
    )

    def handle(self, **options: Any) -> None:
        questions = Question.objects.filter(live=True).select_related("locale").order_by("key", "locale")
        flipped = 0
        for question in questions.iterator():
            problems = question.problems().values()
            flipped += bool(problems)
            for problem in problems:
                self.stdout.write(f"{question.key} ({question.locale.language_code}): {problem}")
        if flipped:
            raise CommandError(f"Published questions that no longer mark as their authors expect: {flipped}.")
        self.stdout.write(self.style.SUCCESS("Every published question marks as its author expects."))
