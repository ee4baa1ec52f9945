from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q, QuerySet

from certificates.issuing.models import Certificate
from certificates.issuing.services import issue_in_bulk
from courses.assessments.models import Appeal, Attempt, Question, QuizPage, QuizStanding, Response, Ruling
from courses.assessments.queries import live_questions
from courses.catalogue.models import Course, CourseTeamMember
from courses.catalogue.queries import live_courses
from courses.catalogue.services import ensure_course
from courses.enrolment.models import Contract, CourseRun, Enrolment
from courses.enrolment.services import contract_for
from courses.progress.models import Completion, LessonProgress
from courses.progress.queries import syllabuses_of
from courses.progress.rules import LESSON
from courses.progress.services import current_terms
from courses.webinars.models import WebinarPage
from lms.access.services.records import forget_demo_people
from lms.accounts.models import User
from lms.lib.errors import Refusal
from lms.mail.backends import file_name
from lms.mail.models import OutgoingMail
from lms.measures.queries import MilestoneCount
from lms.measures.services import fold_milestones, record_milestones
from lms.operations.demo import access, cohorts, people, plan, seats
from lms.operations.demo.appeals import APPEALS
from lms.operations.models import LoadedItem
from lms.operations.queries import milestones_of

SEED = 2027
# What the demo's webinars are told by when it is taken out again; nobody meets there.
MEETING_PREFIX = "https://meet.demo.example.org/"
# Days from today, hour and time zone of the webinars in the catalogue's order: one past, the others to come.
WEBINAR_TIMES = ((-16, 14, "Africa/Nairobi"), (6, 15, "Europe/London"), (20, 18, "Asia/Kolkata"), (41, 16, "UTC"))

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


@dataclass(frozen=True)
class _CourseOnOffer:
    course: Course
    contract: Contract
    run: CourseRun
    shape: plan.CourseShape


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
    offers = {offer.shape.code: offer for offer in _courses_on_offer()}
    if not offers:
        raise NoCourses("There are no courses yet. Run `manage.py load_content` first.")
    shapes = [offer.shape for offer in offers.values()]
    named = _add_named_people(now)
    _add_course_team(list(offers.values())[:2], named[people.INSTRUCTOR.email], by=named[people.ADMINISTRATOR.email])
    histories: list[tuple[User, plan.History]] = [
        (named[people.HALF_WAY.email], _half_way(shapes[0], now=now, seed=seed)),
        *((named[people.FINISHER.email], history) for history in _finished(shapes[:2], now=now, seed=seed)),
        *_generated(shapes, now=now, seed=seed),
    ]
    enrolments = _add_histories(histories, offers)
    _add_appeals(by=named[people.INSTRUCTOR.email], now=now)
    access.add_decisions(
        list(User.objects.filter(is_demo=True, email__endswith=f"@{people.DOMAIN}").order_by("pk")),
        [(named[email], letters) for email, letters in people.CRITERIA_NAMED.items()],
        by=named[people.ADMINISTRATOR.email],  # so that the lead may decide the appeal
        now=now,
        seed=seed,
    )
    _count_milestones(Enrolment.objects.filter(learner__is_demo=True))
    completions = list(Completion.objects.filter(enrolment__in=enrolments).values_list("pk", flat=True))
    issued = 0
    for done in range(0, len(completions), CERTIFICATES_AT_ONCE):
        on_progress(done, len(completions), "drawing certificates")
        chosen = completions[done : done + CERTIFICATES_AT_ONCE]
        issued += issue_in_bulk(chosen, now=now)
        certificates = Certificate.objects.filter(completion__in=chosen).exclude(file_sha256="")
        written |= {certificate.file_name for certificate in certificates}
    on_progress(len(completions), len(completions), "done")
    while fold_milestones():
        pass
    _date_webinars(now, applicants=[named[people.FINISHER.email], named[people.NEWCOMER.email]])
    cohorts.open_cohort(next(iter(offers.values())).course, now=now)
    return Counts(
        people=User.objects.filter(is_demo=True).count(),
        enrolments=len(enrolments),
        completions=len(completions),
        certificates=issued,
    )


def _courses_on_offer() -> list[_CourseOnOffer]:
    """Return the courses of the first language, in the catalogue's order, with what completing each asks for."""
    pages = list(live_courses().filter(locale__language_code="en").order_by("path"))
    syllabuses = syllabuses_of(pages)
    offers = []
    for page in pages:
        course = ensure_course(page)
        terms = current_terms(course, page)
        if not terms.lesson_ids:
            continue
        contract = contract_for(course, terms)
        run, _created = CourseRun.objects.get_or_create(course=course, kind=CourseRun.Kind.SELF_PACED)
        lesson_ids, marks = iter(terms.lesson_ids), dict(terms.quiz_marks)
        quizzes = ((quiz_id, marks[quiz_id]) for quiz_id in terms.quiz_ids)
        steps = tuple(
            plan.LessonStep(next(lesson_ids), step.minutes)
            if step.kind == LESSON
            else plan.QuizStep(*next(quizzes), step.minutes, _questions(step.page_id))
            for step in syllabuses[page.pk].required
        )
        languages = live_courses().filter(translation_key=page.translation_key).values_list("locale__language_code")
        shape = plan.CourseShape(page.code, steps, frozenset(code for (code,) in languages))
        offers.append(_CourseOnOffer(course=course, contract=contract, run=run, shape=shape))
    return offers


def _questions(quiz_page_id: int) -> tuple[plan.QuestionShape, ...]:
    return tuple(
        plan.QuestionShape(
            question_id=question.pk,
            key=question.key,
            revision_id=question.live_revision_id,
            points=question.points,
            options={option["id"]: option["is_correct"] for option in question.item["options"]},
        )
        for question in live_questions(QuizPage.objects.get(pk=quiz_page_id))
        if question.kind in (Question.Kind.SINGLE, Question.Kind.MULTIPLE)  # of which answers can be invented
    )


def _add_named_people(now: datetime) -> dict[str, User]:
    password = make_password(people.PASSWORD)  # hashed once: it costs on purpose
    start = plan.first_moment(now)
    users = [
        User(
            email=person.email,
            password=password,
            name=person.name,
            country=person.country,
            profession=person.profession,
            language="en",
            time_zone=person.time_zone,
            is_superuser=person.role == people.ADMINISTRATOR.role,
            is_demo=True,
            accepted_terms_at=start,
            date_joined=start,
        )
        for person in people.NAMED
    ]
    _add_people(users)
    by_email = {user.email: user for user in users}
    for person in people.NAMED:
        if person.role and person.role != people.ADMINISTRATOR.role:
            by_email[person.email].groups.add(Group.objects.get(name=person.role))
    return by_email


def _add_people(users: list[User]) -> None:
    User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )


def _add_course_team(offers: Iterable[_CourseOnOffer], instructor: User, *, by: User) -> None:
    CourseTeamMember.objects.bulk_create(
        CourseTeamMember(course=offer.course, member=instructor, appointed_by=by) for offer in offers
    )


def _half_way(course: plan.CourseShape, *, now: datetime, seed: int) -> plan.History:
    half = len(course.steps) // 2
    days = (0, 1, 0, 2, 0, 1, 3)
    enrolled_at = _morning(now) - timedelta(days=3 + sum(days[number % len(days)] for number in range(half)))
    study = plan.Study(steps=half, days=days, looks_ahead=True)
    chance = Random(f"{seed}/half way")
    return plan.study_course(course, study, enrolled_at=enrolled_at, now=now, seed=seed, chance=chance)


def _finished(courses: Sequence[plan.CourseShape], *, now: datetime, seed: int) -> list[plan.History]:
    return [
        plan.study_course(
            course,
            plan.Study(steps=len(course.steps), days=(0, 1, 0, 2)),
            enrolled_at=_morning(now) - timedelta(days=days_ago),
            now=now,
            seed=seed,
            chance=Random(f"{seed}/finisher/{course.code}"),
        )
        for course, days_ago in zip(courses, (150, 60), strict=False)
    ]


def _morning(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=7, minute=0, second=0, microsecond=0)


def _generated(courses: Sequence[plan.CourseShape], *, now: datetime, seed: int) -> Iterable[tuple[User, plan.History]]:
    users, histories = [], []
    countries = [country for country, number in people.LEARNERS_BY_COUNTRY.items() for _learner in range(number)]
    unusable = make_password(None)
    Random(f"{seed}/countries").shuffle(countries)
    for number, country in enumerate(countries, start=1):
        chance = Random(f"{seed}/learner/{number}")
        joined_at, done = plan.study_year(courses, now=now, seed=seed, chance=chance)
        user = User(
            email=f"learner-{number:03}@{people.DOMAIN}",
            password=unusable,
            name=f"Demo learner {number:03}",
            country=country,
            profession=chance.choice(people.PROFESSIONS),
            language=people.LANGUAGE_BY_COUNTRY.get(country, "en"),
            is_demo=True,
            accepted_terms_at=joined_at,
            date_joined=joined_at,
        )
        users.append(user)
        histories += [(user, history) for history in done]
    _add_people(users)
    return histories


def _add_histories(
    histories: Sequence[tuple[User, plan.History]], offers: dict[str, _CourseOnOffer]
) -> list[Enrolment]:
    """Write what the histories tell as the rows that studying would have left."""
    enrolments = Enrolment.objects.bulk_create(
        [_enrolment(user, history, offers[history.course_code]) for user, history in histories]
    )
    told = list(zip(enrolments, (history for _user, history in histories), strict=True))
    LessonProgress.objects.bulk_create(
        [
            LessonProgress(enrolment=enrolment, lesson_id=lesson_id, first_seen_at=seen_at, done_at=done_at)
            for enrolment, history in told
            for lesson_id, (seen_at, done_at) in history.lessons.items()
        ],
        batch_size=2000,
    )
    planned = [(enrolment, attempt) for enrolment, history in told for attempt in history.attempts]
    attempts = Attempt.objects.bulk_create([_attempt(*pair) for pair in planned], batch_size=2000)
    Response.objects.bulk_create(
        [
            Response(
                attempt=attempt,
                question_id=response.question.question_id,
                position=position,
                revision_id=response.question.revision_id,
                points=response.question.points,
                answer=list(response.answer),
                score_fraction=response.score,
            )
            for attempt, (_enrolment_, told_attempt) in zip(attempts, planned, strict=True)
            for position, response in enumerate(told_attempt.responses)
        ],
        batch_size=2000,
    )
    QuizStanding.objects.bulk_create(
        [standing for enrolment, history in told for standing in _standings(enrolment, history)], batch_size=2000
    )
    Completion.objects.bulk_create(
        _completion(enrolment, history, at=history.completed_at) for enrolment, history in told if history.completed_at
    )
    return enrolments


def _add_appeals(*, by: User, now: datetime) -> None:
    """Let learners appeal against wrong answers in the courses that the instructor teaches, the newest of each question."""
    wrong = Response.objects.filter(
        score_fraction=0, question__course__team__member=by, attempt__enrolment__learner__is_demo=True
    ).order_by("-attempt__submitted_at", "pk")
    newest: dict[int, tuple[int, datetime]] = {}
    for pk, question_id, submitted_at in wrong.values_list("pk", "question_id", "attempt__submitted_at"):
        newest.setdefault(question_id, (pk, submitted_at or now))
    Appeal.objects.bulk_create(
        Appeal(
            response_id=response_id,
            text=text,
            filed_at=min(submitted_at + timedelta(hours=1), now),
            **(
                {
                    "state": Appeal.State.DECLINED,
                    "decided_at": min(submitted_at + timedelta(days=1), now),
                    "decided_by": by,
                    "answer": answer,
                }
                if answer
                else {}
            ),
        )
        for (response_id, submitted_at), (text, answer) in zip(newest.values(), APPEALS, strict=False)
    )


def _enrolment(user: User, history: plan.History, offer: _CourseOnOffer) -> Enrolment:
    state = Enrolment.State.ACTIVE
    if history.completed_at:
        state = Enrolment.State.COMPLETED
    elif history.withdrawn_at:
        state = Enrolment.State.WITHDRAWN
    return Enrolment(
        learner=user,
        run=offer.run,
        contract=offer.contract,
        state=state,
        country=str(user.country),
        language=user.language if user.language in offer.shape.languages else "en",
        enrolled_at=history.enrolled_at,
        started_at=history.started_at,
        lessons_done=len(history.done_lesson_ids),
        quizzes_passed=len(history.passed_quiz_ids),
        resume_lesson_id=history.resume_lesson_id,
        last_active_on=history.last_active_at.date(),
    )


def _attempt(enrolment: Enrolment, attempt: plan.PlannedAttempt) -> Attempt:
    chance = Random(f"{enrolment.pk}/{attempt.quiz_id}/{attempt.number}")
    seconds = sum(chance.randint(35, 110) for _response in attempt.responses)
    return Attempt(
        enrolment=enrolment,
        quiz_id=attempt.quiz_id,
        number=attempt.number,
        opened_at=attempt.submitted_at - timedelta(seconds=seconds),
        submitted_at=attempt.submitted_at,
        points=attempt.points,
        points_possible=attempt.points_possible,
        pass_mark_percent=attempt.pass_mark_percent,
        has_passed=attempt.has_passed,
    )


def _standings(enrolment: Enrolment, history: plan.History) -> Iterable[QuizStanding]:
    for quiz_id, attempts in Counter(attempt.quiz_id for attempt in history.attempts).items():
        passed_at = next(
            (attempt.submitted_at for attempt in history.attempts if attempt.quiz_id == quiz_id and attempt.has_passed),
            None,
        )
        yield QuizStanding(
            enrolment=enrolment,
            quiz_id=quiz_id,
            attempts=attempts,
            best_fraction=history.best_fraction(quiz_id),
            passed_at=passed_at,
        )


def _completion(enrolment: Enrolment, history: plan.History, *, at: datetime) -> Completion:
    contract = enrolment.contract
    results = [history.best_fraction(quiz_id) for quiz_id in contract.quiz_ids]
    return Completion(
        enrolment=enrolment,
        contract=contract,
        completed_at=at,
        lessons_count=enrolment.lessons_done,
        minutes=contract.minutes,
        score_fraction=sum(results) / len(results) if results else None,
    )


def _count_milestones(enrolments: QuerySet[Enrolment], *, sign: int = 1) -> None:
    record_milestones(
        MilestoneCount(course_id, country, month, milestone, sign * count)
        for (course_id, country, month, milestone), count in sorted(milestones_of(enrolments).items())
    )


def _date_webinars(now: datetime, *, applicants: Sequence[User]) -> None:
    """Give the catalogue's webinars dates around today, and seats where they are limited; one that an editor has dated is left alone."""
    phases = iter(seats.PHASES)
    webinars = WebinarPage.objects.live().filter(starts_at=None, locale__language_code="en").order_by("path")
    for number, (webinar, (days, hour, zone)) in enumerate(zip(webinars, WEBINAR_TIMES, strict=False), start=1):
        day = (now + timedelta(days=days)).date()
        webinar.starts_at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
        webinar.time_zone = zone
        webinar.meeting_url = f"{MEETING_PREFIX}{number}"
        phase = next(phases, None) if webinar.capacity and webinar.starts_at > now else None
        if phase:
            seats.give_seats(webinar, phase, now=now)
        _publish_as_loaded(webinar)
        if phase:
            seats.apply_for_seats(webinar, phase, applicants, now=now)


def _publish_as_loaded(page: WebinarPage) -> None:
    """Publish what the demo changed as if it had been loaded so: a later load_content is not to take it for an edit."""
    loaded = LoadedItem.objects.filter(object_id=page.pk, name__startswith="webinar:").first()
    was_as_loaded = loaded is not None and loaded.revision_id == page.latest_revision_id
    revision = page.save_revision()
    revision.publish()
    if loaded and was_as_loaded:
        loaded.revision_id = revision.pk
        loaded.save()


# -- Out ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def remove_demo() -> Counts:
    """Take out the demo's people and everything they did, all or nothing; what real people did stays, counts included.

    Whatever a demo person did since goes as well. Texts that they edited in the CMS stay.
    """
    demo_people = User.objects.filter(is_demo=True)
    enrolments = Enrolment.objects.filter(learner__in=demo_people)
    completions = Completion.objects.filter(enrolment__in=enrolments)
    certificates = Certificate.objects.filter(completion__in=completions)
    counts = Counts(
        people=demo_people.count(),
        enrolments=enrolments.count(),
        completions=completions.count(),
        certificates=certificates.count(),
    )
    _count_milestones(enrolments, sign=-1)
    _remove_mail(list(demo_people.values_list("email", flat=True)))
    files = {certificate.file_name for certificate in certificates.exclude(file_sha256="")}
    certificates.delete()
    kept = {certificate.file_name for certificate in Certificate.objects.exclude(file_sha256="").only("file_sha256")}
    completions.delete()
    enrolments.delete()
    _forget_decisions(demo_people)
    cohorts.forget_charges(demo_people)
    forget_demo_people()
    demo_people.delete()
    cohorts.forget_cohorts()
    while fold_milestones():
        pass
    _undate_webinars()
    transaction.on_commit(lambda: _delete_files(files - kept))
    return counts


def _forget_decisions(demo_people: QuerySet[User]) -> None:
    """Take back what demo people decided; appeals of real people are open again, and their marks stay as they are."""
    rulings = Ruling.objects.filter(decided_by__in=demo_people)
    Response.objects.filter(ruling__in=rulings).update(ruling=None)
    Appeal.objects.filter(Q(decided_by__in=demo_people) | Q(ruling__in=rulings)).update(
        state=Appeal.State.OPEN, decided_at=None, decided_by=None, answer="", ruling=None
    )
    rulings.delete()


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


def _undate_webinars() -> None:
    for webinar in WebinarPage.objects.filter(meeting_url__startswith=MEETING_PREFIX):
        if not seats.forget_seats(webinar):
            continue
        webinar.starts_at, webinar.time_zone, webinar.meeting_url = None, "UTC", ""
        _publish_as_loaded(webinar)
