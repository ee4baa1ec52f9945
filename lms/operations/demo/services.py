from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction

from certificates.issuing.models import Certificate
from certificates.issuing.services import issue_in_bulk
from courses.enrolment.models import Enrolment
from courses.progress.models import Completion
from courses.webinars.models import Registration
from lms.access.services.records import forget_demo_people
from lms.accounts.models import User
from lms.dashboards.impact.models import ImpactSettings
from lms.lib.errors import Refusal
from lms.mail.backends import file_name
from lms.mail.models import OutgoingMail
from lms.measures.tasks import fold_milestones as fold_everything
from lms.operations.demo import access, appeals, classrooms, cohorts, histories, learners, people, plan, webinars
from lms.operations.demo.courses import add_course_team, courses_on_offer
from lms.operations.milestones import count_steps

SEED = 2027
CERTIFICATES_AT_ONCE = 20

Progress = Callable[[int, int, str], None]


class NoCourses(Refusal):
    """There is nothing to study yet, so nobody can have studied."""


@dataclass(frozen=True)
class Counts:
    """What a seeding made, or a removal took out."""

    people: int = 0
    enrolments: int = 0
    completions: int = 0
    certificates: int = 0


# -- In -----------------------------------------------------------------------------------------------------------


def seed_demo(*, now: datetime, seed: int = SEED, on_progress: Progress = lambda done, total, label: None) -> Counts:
    """Add the demo's people and a year of their activity, all or nothing; with them there already, change nothing.

    The same seed and time give the same activity, but for the codes of certificates, which nobody may guess.
    on_progress(done, total, label) is called before each part. Raises NoCourses.
    """
    written: set[str] = set()
    try:
        with transaction.atomic():
            return _seed(now, seed, on_progress, written)
    except BaseException:
        _delete_files(written)  # the database forgets them by itself
        raise


def _seed(now: datetime, seed: int, on_progress: Progress, written: set[str]) -> Counts:
    if User.objects.filter(is_demo=True).exists():
        return Counts()
    offers = {offer.shape.code: offer for offer in courses_on_offer()}
    if not offers:
        raise NoCourses("There are no courses yet. Run `manage.py load_content` first.")
    shapes = [offer.shape for offer in offers.values()]
    named = learners.add_named_people(now)
    add_course_team(list(offers.values())[:2], named[people.INSTRUCTOR.email], by=named[people.ADMINISTRATOR.email])
    told: list[tuple[User, plan.History]] = [
        (named[people.HALF_WAY.email], learners.half_way(shapes[0], now=now, seed=seed)),
        *((named[people.FINISHER.email], history) for history in learners.finished(shapes[:2], now=now, seed=seed)),
        *learners.generated(shapes, now=now, seed=seed),
    ]
    enrolments = histories.add_histories(told, offers)
    appeals.add_appeals(by=named[people.INSTRUCTOR.email], now=now)
    access.add_decisions(
        list(User.objects.filter(is_demo=True, email__endswith=f"@{people.DOMAIN}").order_by("pk")),
        [(named[email], letters) for email, letters in people.CRITERIA_NAMED.items()],
        by=named[people.ADMINISTRATOR.email],  # so that the lead may decide the appeal
        now=now,
        seed=seed,
    )
    histories.note_circumstances(now=now)
    count_steps(Enrolment.objects.filter(learner__is_demo=True).values_list("pk", flat=True))
    completions = list(Completion.objects.filter(enrolment__in=enrolments).values_list("pk", flat=True))
    issued = 0
    for done in range(0, len(completions), CERTIFICATES_AT_ONCE):
        on_progress(done, len(completions), "drawing certificates")
        chosen = completions[done : done + CERTIFICATES_AT_ONCE]
        issued += issue_in_bulk(chosen, now=now)
        certificates = Certificate.objects.filter(completion__in=chosen).exclude(file_sha256="")
        written |= {certificate.file_name for certificate in certificates}
    on_progress(len(completions), len(completions), "done")
    fold_everything()
    webinars.date_webinars(
        now,
        applicants=[named[people.FINISHER.email], named[people.NEWCOMER.email]],
        organisers=[named[people.INSTRUCTOR.email], named[people.EDITOR.email]],
    )
    ImpactSettings.objects.get_or_create(defaults={"is_public": True})
    cohorts.add_cohorts([offer.course for offer in offers.values()], by=named[people.LEAD.email], now=now)
    return Counts(
        people=User.objects.filter(is_demo=True).count(),
        enrolments=Enrolment.objects.filter(learner__is_demo=True).count(),
        completions=len(completions),
        certificates=issued,
    )


# -- Out ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def remove_demo() -> Counts:
    """Take out the demo's people and everything they did, all or nothing; what real people did stays, counts included.

    Whatever a demo person did since goes as well. Texts that they edited in the CMS stay.
    """
    demo_people = User.objects.filter(is_demo=True)
    enrolments = Enrolment.objects.filter(learner__in=demo_people)
    completions = Completion.objects.filter(enrolment__in=enrolments)
    certificates = Certificate.objects.filter(holder__in=demo_people)
    counts = Counts(
        people=demo_people.count(),
        enrolments=enrolments.count(),
        completions=completions.count(),
        certificates=certificates.count(),
    )
    registrations = list(Registration.objects.filter(person__in=demo_people).values_list("pk", flat=True))
    count_steps(list(enrolments.values_list("pk", flat=True)), registrations, sign=-1)
    _remove_mail(list(demo_people.values_list("email", flat=True)))
    files = {certificate.file_name for certificate in certificates.exclude(file_sha256="")}
    certificates.update(replaces=None)  # or each would protect the one it took the place of
    certificates.delete()
    count_steps([], registrations)  # less their certificates; each is taken out of the counts as its row goes
    kept = {certificate.file_name for certificate in Certificate.objects.exclude(file_sha256="").only("file_sha256")}
    completions.delete()
    enrolments.delete()
    appeals.forget_decisions(demo_people)
    cohorts.forget_charges(demo_people)
    classrooms.forget_classrooms(demo_people)
    forget_demo_people()
    demo_people.delete()
    cohorts.forget_cohorts()
    fold_everything()
    webinars.undate_webinars()
    ImpactSettings.objects.all().delete()  # what it showed was the demo’s; a lead switches it on again
    transaction.on_commit(lambda: _delete_files(files - kept))
    return counts


def _remove_mail(addresses: Sequence[str]) -> None:
    """Remove the rows of mail to these addresses, and the files that the demo wrote instead of sending them."""
    mail = OutgoingMail.objects.filter(to__in=addresses)
    if settings.DEMO:
        folder = Path(settings.EMAIL_FILE_PATH)
        files = [folder / file_name(message_id) for message_id in mail.values_list("message_id", flat=True)]
        transaction.on_commit(lambda: _unlink(files))
    mail.delete()


def _unlink(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _delete_files(names: Iterable[str]) -> None:
    for name in names:
        storages["private"].delete(name)
