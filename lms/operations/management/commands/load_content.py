from argparse import RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.operations.loading.catalogue import read_catalogue
from lms.operations.loading.ledger import Outcome, Report
from lms.operations.loading.problems import ContentRefused
from lms.operations.loading.services import load_catalogue
from lms.operations.management.reporter import Reporter

BUILT_IN = Path(__file__).resolve().parents[2] / "content"
MOST_PROBLEMS = 50
NAMED_KINDS = (
    "course",
    "module",
    "lesson",
    "quiz",
    "question",
    "webinar",
)  # named one by one in the report; others counted


class Command(BaseCommand):
    help = (
        "Load courses, glossary, references and webinars from a folder into the page tree, all or nothing.\n"
        "The folder's format is described in lms/operations/content/README.md. Loading again changes only what changed\n"
        "in the files; what was edited in the CMS since is kept and named, unless --overwrite.\n\n"
        "Example: python manage.py load_content lms/operations/content"
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path",
            nargs="?",
            type=Path,
            default=BUILT_IN,
            metavar="PATH",
            help="the folder; without it, the built-in catalogue",
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="also replace what was edited or deleted in the CMS since the last load",
        )
        parser.add_argument("--check", action="store_true", help="only read and check the folder; load nothing")

    def handle(self, *, path: Path, overwrite: bool, check: bool, **options: Any) -> None:
        reporter = Reporter(self.stdout, is_quiet=options["verbosity"] == 0)
        try:
            catalogue = read_catalogue(path, languages=[code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES])
        except ContentRefused as refusal:
            raise CommandError(_refusal_text(path, refusal)) from refusal
        except OSError as error:
            raise CommandError(f"{path} cannot be read ({error.strerror}); nothing was loaded.") from error
        if check:
            reporter.say(f"{path} holds {len(catalogue.courses)} courses and nothing that would be refused.")
            return
        report = load_catalogue(catalogue, overwrite=overwrite, on_progress=reporter.show_progress)
        _tell(report, reporter.say)


def _tell(report: Report, say: Callable[[str], None]) -> None:
    by_outcome = Counter((line.outcome, line.kind) for line in report.lines)
    for outcome in Outcome:
        counts = ", ".join(_counted(count, kind) for (found, kind), count in by_outcome.items() if found is outcome)
        if counts:
            say(f"{outcome.value.capitalize()}: {counts}.")
    is_first_load = report.count(Outcome.CREATED) > report.count(Outcome.UNCHANGED)
    for line in report.lines:
        is_news = line.outcome is not Outcome.UNCHANGED and not (line.outcome is Outcome.CREATED and is_first_load)
        if is_news and (line.kind in NAMED_KINDS or line.outcome is not Outcome.CREATED):
            say(f"  {line.outcome.value}: {line.kind} “{line.label}”")
    if report.waiting_questions:
        say(
            f"{len(report.waiting_questions)} questions are of kinds that cannot be answered yet and stay drafts: "
            f"{', '.join(report.waiting_questions)}."
        )
    for remark in report.remarks:
        say(remark)
    if report.count(Outcome.KEPT, Outcome.KEPT_DELETED):
        say("What was edited in the CMS was kept; --overwrite would replace it.")
    if report.count(Outcome.UNCHANGED, Outcome.KEPT, Outcome.KEPT_DELETED, Outcome.LEFT) == len(report.lines):
        say("Nothing was changed.")


def _counted(count: int, kind: str) -> str:
    plural = {"quiz": "quizzes", "term": "glossary terms"}.get(kind, f"{kind}s")
    return f"{count} {kind if count == 1 else plural}"


def _refusal_text(path: Path, refusal: ContentRefused) -> str:
    problems = refusal.problems
    shown = [str(problem) for problem in problems[:MOST_PROBLEMS]]
    if len(problems) > MOST_PROBLEMS:
        shown.append(f"and {len(problems) - MOST_PROBLEMS} more")
    number = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
    return "\n".join([f"{path} was refused because of {number}; nothing was loaded.", *shown])
