import json
import sys
import traceback
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.assessments import rules
from courses.assessments.rules.hgvs import UnusableKey
from courses.assessments.words import sentence_of

LONGEST_LINE = 1_000_000  # bytes
LINES_BETWEEN_REPORTS = 10_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class UnusableLine(ValueError):
    """A line that holds no question and answer; the text says why."""


class Command(BaseCommand):
    help = (
        "Mark answers in bulk. FILE holds one JSON object a line, with type, item and answer; standard output gets one line "
        "for each, in the same order: score, reasons (each code followed by its sentence) and edition of the key, or error. "
        "The status is 1 if any line could not be used. docs/questions.md has an example for each type. "
        """Example: echo '{"type": "true_false", "item": {"answer": true}, "answer": "true"}' > bank.jsonl """
        "&& python manage.py mark_answers bank.jsonl"
    )
    requires_system_checks: list[str] = []  # standard output is for answers alone, and nothing of the site is touched

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="path of a file of JSON lines in UTF-8, or - for standard input"
        )

    def handle(self, *, file: str, **options: Any) -> None:
        try:
            with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as stream:
                lines, unusable = self._mark_all(stream)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        if unusable:
            raise CommandError(f"{unusable} of {lines} lines could not be used; each is answered with an error.")
        if options["verbosity"]:
            self.stderr.write(f"{lines} lines marked.", self.style.SUCCESS)

    def _mark_all(self, stream: BinaryIO) -> tuple[int, int]:
        lines = unusable = 0
        for line in _lines(stream):
            answered = self._mark_line(line, lines + 1)
            lines += 1
            unusable += "error" in answered
            self.stdout.write(json.dumps(answered))
            if lines % LINES_BETWEEN_REPORTS == 0:
                self.stderr.write(f"{lines} lines so far.", self.style.NOTICE)
        return lines, unusable

    def _mark_line(self, line: bytes | None, number: int) -> dict[str, Any]:
        try:
            kind, item, answer = _read(line)
            mark = rules.mark(kind, item, answer)
        except UnusableKey as unusable:
            return {"error": f"{unusable}. {sentence_of(unusable.reason)}"}
        except (UnusableLine, rules.UnusableItem) as unusable:
            return {"error": str(unusable)}
        except Exception:  # a fault of a marker: told on standard error, and the other lines still get their answers
            self.stderr.write(f"Line {number}:\n{traceback.format_exc()}")
            return {"error": "this line meets a fault of the marker"}
        reasons = [text for reason in mark.reasons for text in (reason.code, sentence_of(reason))]
        return {"score": mark.score, "reasons": reasons, "edition": mark.edition}


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines, None for one that is too long; empty lines at the end of the file are none."""
    empty, is_first = 0, True
    while line := stream.readline(LONGEST_LINE + 1):
        whole: bytes | None = line
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            whole = None
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE)
        if whole is not None:
            whole = (whole.removeprefix(BYTE_ORDER_MARK) if is_first else whole).strip()
        is_first = False
        if whole == b"":
            empty += 1
            continue
        for _empty in range(empty):
            yield b""
        empty = 0
        yield whole


def _read(line: bytes | None) -> tuple[str, Any, Any]:
    """Return type, item and answer of a line. Raises UnusableLine."""
    if line is None:
        raise UnusableLine(f"the line is longer than {LONGEST_LINE} bytes")
    if not line:
        raise UnusableLine("the line is empty")
    try:
        asked = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise UnusableLine(f"the line is not UTF-8 (byte {error.start + 1})") from error
    except (ValueError, RecursionError) as error:
        raise UnusableLine(f"the line is not JSON: {error}") from error
    if not isinstance(asked, dict):
        raise UnusableLine("the line is not a JSON object")
    if missing := [name for name in ("type", "item", "answer") if name not in asked]:
        raise UnusableLine(f"the line has no {' and no '.join(missing)}")
    if not isinstance(asked["type"], str):
        raise UnusableLine("type is not a text")
    return asked["type"], asked["item"], asked["answer"]


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number in JSON")
