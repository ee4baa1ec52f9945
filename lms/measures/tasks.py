from celery import shared_task

from lms.measures import services


@shared_task(ignore_result=True)
def fold_milestones() -> None:
    services.fold_milestones()
