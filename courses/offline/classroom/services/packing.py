from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from courses.catalogue.models import CoursePage
from courses.catalogue.services import ensure_course
from courses.offline.classroom.errors import TooManyUnfinished
from courses.offline.classroom.models import ClassroomFile, PackedQuestion
from courses.offline.classroom.packing.gathering import PackedCourse, PackedLessonText, PackedQuizForm, gathered
from courses.offline.classroom.packing.writing import number_of_files, write_file
from courses.offline.classroom.queries import published_in
from courses.offline.classroom.services.leases import Clock, Lease, Reason, State, attend, take_next
from lms.accounts.models import User
from lms.accounts.queries import display_name
from lms.lib.private_files import PrivateFolder, Written

files = PrivateFolder("classroom-files")

MOST_UNFINISHED = 3  # of one person
KEEP = timedelta(days=30)  # the file; what it says of returns is kept for longer


@transaction.atomic
def ask_for_file(person: User, page: CoursePage, *, with_sound: bool, now: datetime) -> ClassroomFile:
    """Put down that somebody wants a course as a classroom file; the same that they still wait for is not made twice.

    Raises TooManyUnfinished.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # lock first, then count
    unfinished = ClassroomFile.objects.filter(asked_by=person, state__in=ClassroomFile.UNFINISHED)
    asked = {"course": ensure_course(page), "language": page.locale.language_code, "with_sound": with_sound}
    if same := unfinished.filter(**asked).first():
        return same
    if unfinished.count() >= MOST_UNFINISHED:
        raise TooManyUnfinished(
            _("Three of your files are not made yet. Wait until one of them is ready, then ask again.")
        )
    return ClassroomFile.objects.create(asked_by=person, asked_at=now, **asked)


def make_next(*, clock: Clock) -> bool:
    """Make the classroom file that has waited longest; say whether there was one. May run twice, late, or side by side."""
    taken = take_next(ClassroomFile.objects.select_related("course", "asked_by"), clock=clock)
    if taken is None:
        return False
    attend(*taken, _make)
    return True


def _make(file: ClassroomFile, lease: Lease) -> None:
    page = published_in(file.course).filter(locale__language_code=file.language).first()
    if page is None:
        lease.end(State.FAILED, reason=Reason.CLOSED)
        return
    with translation.override(file.language):
        course = gathered(page, with_sound=file.with_sound)
        with files.written_whole(f"{lease.token}.zip") as written:
            _write(file, course, lease, written)
    try:
        _finish(file, course, lease, written)
    except BaseException:
        files.remove(written.name)
        raise


def _write(file: ClassroomFile, course: PackedCourse, lease: Lease, written: Written) -> None:
    done, total = 0, number_of_files(course)

    def on_file(number: int) -> None:
        nonlocal done
        done += number
        lease.tell(done, total)

    write_file(
        written.file,
        course,
        key=str(file.key),
        secret=file.secret,
        made_for=display_name(file.asked_by) if file.asked_by else "",
        site_url=settings.SITE_URL,
        now=lease.clock(),
        on_file=on_file,
    )


@transaction.atomic
def _finish(file: ClassroomFile, course: PackedCourse, lease: Lease, written: Written) -> None:
    """Note what the file holds, which returns must fit, and that it is there: all at once."""
    quizzes = [step for step in course.steps if isinstance(step, PackedQuizForm) and not step.why]
    lessons = [step for step in course.steps if isinstance(step, PackedLessonText)]
    total, now = number_of_files(course), lease.clock()
    lease.end(
        State.READY,
        reason="",
        done=total,
        total=total,
        titles={str(step.page.pk): step.title for step in [*lessons, *quizzes]},
        draws={str(quiz.page.pk): dict(quiz.stock.draws) for quiz in quizzes},
        packed_at=now,
        file_name=written.name,
        file_bytes=written.size,
        file_sha256=written.sha256,
        expires_at=now + KEEP,
    )
    PackedQuestion.objects.bulk_create(
        PackedQuestion(
            file=file,
            quiz_page_id=quiz.page.pk,
            question=question,
            revision_id=quiz.stock.revisions[question.pk],
            pool=quiz.stock.pools[question.pk],
            position=position,
        )
        for quiz in quizzes
        for position, question in enumerate(quiz.stock.questions)
    )
