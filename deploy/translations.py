"""Say whether every translation catalogue (locale/*/LC_MESSAGES/*.po) can be read, compiled and filled in.

python deploy/translations.py            only says
python deploy/translations.py --compile  makes of each what a running server reads (.mo, not kept in the repository)
"""

import io
import os
import re
import sys
from pathlib import Path

from babel.messages.catalog import TranslationError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parent.parent
# Babel forgives a lost quotation mark, gettext's own tools do not.
LINE = re.compile(r'(#.*|\s*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s+)?"([^"\\]|\\.)*"\s*)')


def problems(path: Path) -> list[str]:
    """Return one line for each fault of a catalogue: unreadable, or a placeholder the translation lost."""
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not LINE.fullmatch(line):
                return [f"line {number}: cannot be read: {line}"]
        with path.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
        write_mo(io.BytesIO(), catalog)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        return [f"cannot be read: {error}"]
    found = []
    for message, errors in catalog.check():
        found += [f"line {message.lineno}: {error}" for error in errors if isinstance(error, TranslationError)]
    return found


def catalogues() -> list[Path]:
    return sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))


def compile_catalogues() -> None:
    """Make what a server reads of each catalogue that has changed; several may do so at once."""
    for path in catalogues():
        made = path.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime > path.stat().st_mtime:
            continue
        part = made.with_name(f"{made.name}.{os.getpid()}.part")
        with path.open("rb") as source, part.open("wb") as target:
            write_mo(target, read_po(source, abort_invalid=True))
        part.replace(made)


def main() -> int:
    if "--compile" in sys.argv[1:]:
        compile_catalogues()
        return 0
    faults = [f"{path.relative_to(ROOT)}: {fault}" for path in catalogues() for fault in problems(path)]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
