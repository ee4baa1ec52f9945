from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django_tasks.backends.immediate import ImmediateBackend

Arguments = tuple[Any, ...]
_held: ContextVar[dict[str, dict[Arguments, None]] | None] = ContextVar("held_tasks", default=None)


class HoldingBackend(ImmediateBackend):
    """Runs the small tasks of Wagtail at once, as by default; those named to hold_tasks() are kept back."""

    def _execute_task(self, task_result: Any) -> None:
        held = _held.get()
        path = task_result.task.module_path
        if held is None or path not in held:
            super()._execute_task(task_result)
        else:
            held[path][tuple(task_result.args)] = None


@contextmanager
def hold_tasks(*paths: str) -> Iterator[dict[str, dict[Arguments, None]]]:
    """Run none of these tasks within the block; yield what was asked of each, every set of arguments once."""
    held: dict[str, dict[Arguments, None]] = {path: {} for path in paths}
    token = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(token)
