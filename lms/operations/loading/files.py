import os
import re
import stat
from pathlib import Path

from lms.operations.loading.problems import Problem

MAX_FILES = 5_000
MAX_TEXT_BYTES = 400_000
MAX_FIGURE_BYTES = 15_000  # Source: the content's README, Figures
MAX_DOCUMENT_BYTES = 5_000_000
# Endings of documents, as settings.WAGTAILDOCS_EXTENSIONS has them, and how such a file begins; b"" for plain text.
_BEGINNINGS = {
    **dict.fromkeys((".docx", ".pptx", ".xlsx", ".zip"), b"PK\x03\x04"),
    ".pdf": b"%PDF-",
    **dict.fromkeys((".csv", ".txt", ".vcf"), b""),
}
DOCUMENT_ENDINGS = tuple(_BEGINNINGS)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class ContentFiles:
    """The plain files below one folder, read with limits; what is wrong with them is kept in `problems`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self._sizes: dict[str, int] = {}
        self._walk("")

    def _walk(self, folder: str) -> None:
        for entry in sorted(os.scandir(self.root / folder), key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            path = f"{folder}/{entry.name}" if folder else entry.name
            if len(self._sizes) >= MAX_FILES:
                self.refuse(path, 1, f"more than {MAX_FILES} files; this does not look like course content")
                return
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISLNK(status.st_mode):
                self.refuse(path, 1, "a symbolic link; content must stand in its own folder")
            elif stat.S_ISDIR(status.st_mode):
                if folder.count("/") >= 6:
                    self.refuse(path, 1, "folders are nested too deeply")
                else:
                    self._walk(path)
            elif stat.S_ISREG(status.st_mode):
                self._sizes[path] = status.st_size
            else:
                self.refuse(path, 1, "not a plain file")

    def refuse(self, path: str, line: int, text: str) -> None:
        self.problems.append(Problem(path=path, line=line, text=text))

    def exists(self, path: str) -> bool:
        return path in self._sizes

    def names_in(self, folder: str) -> list[str]:
        """Return the names of the files and folders directly in a folder, sorted."""
        prefix = f"{folder}/"
        return sorted({path.removeprefix(prefix).split("/")[0] for path in self._sizes if path.startswith(prefix)})

    def folders_in(self, folder: str) -> list[str]:
        """Return the names of the folders directly in a folder, sorted."""
        prefix = f"{folder}/"
        inner = (path.removeprefix(prefix) for path in self._sizes if path.startswith(prefix))
        return sorted({path.split("/")[0] for path in inner if "/" in path})

    def read_text(self, path: str) -> str | None:
        """Return a text file with plain line ends, or None if it is missing, too large or not text."""
        data = self._read(path, MAX_TEXT_BYTES)
        return None if data is None else self._text_of(path, data)

    def _text_of(self, path: str, data: bytes) -> str | None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            self.refuse(path, data.count(b"\n", 0, error.start) + 1, "not UTF-8 text")
            return None
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        if control := _CONTROL.search(text):
            line = text.count("\n", 0, control.start()) + 1
            self.refuse(path, line, f"the control character U+{ord(control[0]):04X} is not allowed")
            return None
        return text

    def read_figure(self, path: str) -> bytes | None:
        """Return a drawing's bytes, or None if it is missing or too large."""
        return self._read(path, MAX_FIGURE_BYTES)

    def read_document(self, path: str) -> bytes | None:
        """Return a document's bytes, or None if it is missing, too large, or not what its ending says."""
        beginning = _BEGINNINGS.get(path[path.rfind(".") :])
        if beginning is None:
            self.refuse(path, 1, f"not a document that lessons offer: {', '.join(DOCUMENT_ENDINGS)}")
            return None
        data = self._read(path, MAX_DOCUMENT_BYTES)
        if data is None or (not beginning and self._text_of(path, data) is None):
            return None
        if not data or not data.startswith(beginning):
            self.refuse(path, 1, "the content is not of the kind that the file's name says")
            return None
        return data

    def _read(self, path: str, limit: int) -> bytes | None:
        size = self._sizes.get(path)
        if size is None:
            self.refuse(path, 1, "this file is missing")
            return None
        if size > limit:
            self.refuse(path, 1, f"{size:,} bytes are too many; at most {limit:,} are allowed here")
            return None
        with (self.root / path).open("rb") as file:
            return file.read(limit + 1)
