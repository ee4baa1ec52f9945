from typing import Any


class Reporter:
    """What a command says while it works: a bar on a terminal, lines elsewhere, nothing with --verbosity 0."""

    def __init__(self, out: Any, *, is_quiet: bool) -> None:
        self.out, self.is_quiet = out, is_quiet

    def say(self, text: str) -> None:
        if not self.is_quiet:
            self.out.write(text)

    def show_progress(self, done: int, total: int, label: str) -> None:
        if self.is_quiet:
            return
        if self.out.isatty():
            filled = round(30 * done / total) if total else 30
            self.out.write(
                f"\r\x1b[K[{'#' * filled}{'.' * (30 - filled)}] {label}", ending="" if done < total else "\n"
            )
            self.out.flush()
        elif done < total:
            self.out.write(f"{done + 1} of {total}: {label}")
