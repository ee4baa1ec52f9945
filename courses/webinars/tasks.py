from functools import partial

from celery import shared_task
from django.utils import timezone

from courses.webinars.queries import pools_not_followed, webinars_to_follow
from courses.webinars.services.answers import forget_answers
from courses.webinars.services.attendance import fix_attendances
from courses.webinars.services.attendance_lists import forget_names
from courses.webinars.services.following import follow_pages
from courses.webinars.services.mails import write_mails
from courses.webinars.services.meetings import look_after, meetings_due
from courses.webinars.services.registrations import follow_seats
from lms.lib.sweeps import one_by_one


@shared_task(ignore_result=True)
def follow_missed_pages() -> None:
    """The sweep, each quarter of an hour: a process may die between a publication and what follows from it."""
    now = timezone.now()
    keys = webinars_to_follow(now=now)
    one_by_one(keys, partial(follow_pages, now=now), failed="Webinar %s does not follow its pages.")


@shared_task(ignore_result=True)
def follow_seats_of_pool(pool_id: int) -> None:
    """Register the people who have a seat; of a pool that is no webinar's, nobody."""
    follow_seats(pool_id, now=timezone.now())


@shared_task(ignore_result=True)
def follow_missed_seats() -> None:
    """The sweep, each minute: somebody has a seat and is not registered, or the other way round."""
    now = timezone.now()
    pools = pools_not_followed(now=now)
    one_by_one(pools, partial(follow_seats, now=now), failed="The registrations of pool %s do not follow its seats.")


@shared_task(ignore_result=True)
def write_due_mails() -> None:
    """Each minute, and when somebody registers or a webinar changes: write the mails that are due."""
    write_mails(now=timezone.now())


@shared_task(ignore_result=True)
def fix_due_attendances() -> None:
    """Each minute: let the attendances count that have stood for a while."""
    fix_attendances(now=timezone.now())


@shared_task(ignore_result=True)
def forget_names_in_lists() -> None:
    """Each hour: attendance lists that nobody confirms are forgotten after a day, names that nobody knows after 90."""
    forget_names(now=timezone.now())


@shared_task(ignore_result=True)
def forget_answers_given() -> None:
    """Each hour: answers to organisers' questions are forgotten 90 days after the webinar."""
    forget_answers(now=timezone.now())


@shared_task(ignore_result=True)
def look_after_meetings() -> None:
    """Each minute: meetings that begin soon are made, those under way watched, recordings of past ones asked for."""
    for meeting_id in meetings_due(now=timezone.now()):
        look_after_meeting.delay(meeting_id)


@shared_task(ignore_result=True)
def look_after_meeting(meeting_id: int) -> None:
    """A task for each, since one may wait for its server."""
    look_after(meeting_id, now=timezone.now())
