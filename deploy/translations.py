"""Say whether every translation catalogue (locale/*/LC_MESSAGES/*.po) can be read, compiled and filled in."""

import io
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


def main() -> int:
    catalogues = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    if not catalogues:
        print("There are no translation catalogues yet.")
    faults = [f"{path.relative_to(ROOT)}: {fault}" for path in catalogues for fault in problems(path)]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
