from modelsearch.tasks import insert_or_update_object_task

from lms.lib.held_tasks import hold_tasks

PATH = insert_or_update_object_task.module_path


def test_a_held_task_is_not_run_and_asked_for_once():
    with hold_tasks(PATH) as held:
        for key in ("1", "2", "1"):
            insert_or_update_object_task.enqueue("lessons", "glossaryterm", key)  # running it would need a database
    assert list(held[PATH]) == [("lessons", "glossaryterm", "1"), ("lessons", "glossaryterm", "2")]
