from celery import shared_task

from lms.measures import services


@shared_task(ignore_result=True)
def fold_milestones() -> None:
    """Fold until no full batch is left; each batch is a transaction of its own."""
    while services.fold_milestones() == services.FOLD_BATCH:
        pass
