from celery import shared_task

from lms.measures import services


@shared_task(ignore_result=True)
def fold_milestones() -> None:
    """Fold until no full batch is left; each batch is a transaction of its own."""
    for fold in (services.fold_milestones, services.fold_lessons):
        while fold() == services.FOLD_BATCH:
            pass
