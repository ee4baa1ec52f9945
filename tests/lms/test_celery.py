"""Tasks run for real: a message through Redis, taken by a worker that is a process of its own."""

from datetime import UTC, datetime
from uuid import uuid4

from lms.celery import app
from lms.measures.cuts import Dimension, cut_by
from lms.measures.models import Milestone, MilestoneDelta, MilestoneRollup, Subject
from lms.measures.services import record_milestone
from lms.measures.tasks import fold_milestones
from tests.services import celery_worker, wait_until

NOVEMBER = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_worker_takes_its_task_from_redis_and_changes_the_database(process_environment, redis_url):
    for _ in range(3):
        record_milestone(Milestone.ENROLLED, Subject(course_id=1, cohort=NOVEMBER), at=NOVEMBER)
    queue = f"test-{uuid4()}"  # several test processes share the server
    with celery_worker({**process_environment, "BROKER_URL": redis_url}, "--queues", queue):
        with app.connection_for_write(redis_url) as connection:
            fold_milestones.apply_async(connection=connection, queue=queue)
        wait_until(lambda: not MilestoneDelta.objects.exists(), seconds=30, what="The worker's fold")
    assert MilestoneRollup.objects.get(cut=cut_by(Dimension.COURSE).number).enrolled == 3
