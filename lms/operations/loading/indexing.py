"""Wagtail indexes an object each time it is saved, for search and for "used by". Loading saves most objects three times."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db.models import Model
from modelcluster.fields import ParentalKey
from modelsearch.backends import get_search_backends
from modelsearch.index import get_indexed_instance
from modelsearch.tasks import insert_or_update_object_task
from wagtail.tasks import update_reference_index_task

from lms.lib.held_tasks import hold_tasks

Key = tuple[str, str, str]  # app label, model name, primary key: the arguments of both tasks
SEARCH, REFERENCES = insert_or_update_object_task.module_path, update_reference_index_task.module_path


@contextmanager
def index_once() -> Iterator[None]:
    """Index what is saved within the block at its end, once and in bulk; if the block fails, nothing needs indexing."""
    with hold_tasks(SEARCH, REFERENCES) as held:
        yield
    _index_for_search(_found(held[SEARCH]))
    owners = {owner for objects in _found(held[REFERENCES]).values() for owner in map(_owner, objects.values())}
    for owner in owners:
        update_reference_index_task.call(owner._meta.app_label, owner._meta.model_name, str(owner.pk))


def _found(keys: dict[Key, None]) -> dict[tuple[str, str], dict[str, Model]]:
    """Return the objects that still stand, by model; some were saved and then deleted."""
    by_model = defaultdict(list)
    for app_label, model_name, key in keys:
        by_model[app_label, model_name].append(key)
    found: dict[tuple[str, str], dict[str, Model]] = {}
    for model, primary_keys in by_model.items():
        manager = apps.get_model(*model)._default_manager
        found[model] = {str(key): instance for key, instance in manager.in_bulk(primary_keys).items()}
    return found


def _owner(instance: Model) -> Model:
    """Return what Wagtail keeps an object's references under: an objective's are its page's."""
    parent = next((field for field in instance._meta.get_fields() if isinstance(field, ParentalKey)), None)
    return _owner(getattr(instance, parent.name)) if parent else instance


def _index_for_search(found: dict[tuple[str, str], dict[str, Model]]) -> None:
    # A page is found as what it is and as a plain page; PostgreSQL takes each row once in one command.
    by_class: dict[type[Model], dict[Any, Model]] = defaultdict(dict)
    for objects in found.values():
        for instance in objects.values():
            indexed = get_indexed_instance(instance)
            if indexed is not None:
                by_class[type(indexed)][indexed.pk] = indexed
    for backend in get_search_backends(with_auto_update=True):
        for model, instances in by_class.items():
            backend.add_bulk(model, list(instances.values()))
