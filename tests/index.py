"""Wagtail indexes each object at each save, for search and for "used by": a quarter of the time of all tests.

Few tests read either index. So what was saved is indexed when one of them first does; a test that counts queries or looks
at the indexing itself is marked `@pytest.mark.indexed` and has it at each save, as in production.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps

import pytest
from django.core.exceptions import ObjectDoesNotExist
from modelsearch.backends.base import BaseSearchBackend
from modelsearch.tasks import insert_or_update_object_task
from wagtail.models import ReferenceIndex
from wagtail.tasks import update_reference_index_task

from lms.lib.held_tasks import hold_tasks

TASKS = {task.module_path: task for task in (insert_or_update_object_task, update_reference_index_task)}
READERS = [
    (BaseSearchBackend, "search"),
    (BaseSearchBackend, "autocomplete"),
    (ReferenceIndex, "get_references_for_object"),
    (ReferenceIndex, "get_references_to"),
    (ReferenceIndex, "get_references_to_in_bulk"),
    (ReferenceIndex, "usage_count_subquery"),
]


@contextmanager
def indexed_when_read() -> Iterator[None]:
    """Put off indexing what is saved within the block until somebody asks an index."""
    with hold_tasks(*TASKS) as held, pytest.MonkeyPatch.context() as patch:

        def index_what_is_held() -> None:
            for path, asked in held.items():
                for arguments in list(asked):
                    with suppress(ObjectDoesNotExist):  # deleted since
                        TASKS[path].call(*arguments)
                asked.clear()

        for owner, name in READERS:
            patch.setattr(owner, name, _after(index_what_is_held, getattr(owner, name)))
        yield


def _after(first: Callable[[], None], then: Callable) -> Callable:
    @wraps(then)
    def both(*args, **kwargs):
        first()
        return then(*args, **kwargs)

    return both
