"""Every address as every role: docs/roles.md is read, and what it says is what happens."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from certificates.credentials.models import SigningKey, StatusList
from certificates.issuing.models import Certificate, CorrectionRequest
from certificates.issuing.services import ask_correction
from certificates.oversight.models import BulkIssue, Inspection, RevocationProposal
from courses.assessments.models import Appeal, Attempt, Question, Quiz, QuizPage
from courses.assessments.services import ensure_quizzes, file_appeal
from courses.catalogue.models import CoursePage, CourseTeamMember
from courses.catalogue.services import ensure_course
from courses.lessons.models import LessonPage
from courses.offline.saving.fragments import fragment_of
from courses.webinars.models import Webinar
from courses.webinars.services.feeds import feed_of
from lms.access.models import PolicyVersion
from lms.access.services.decisions import record_decision
from lms.accounts.models import InsightsLimit, User
from lms.accounts.roles import EDITORS, INSTRUCTORS, PROGRAMME_LEADS
from lms.accounts.services import reminders_address
from lms.dashboards.exports.models import Export
from lms.dashboards.impact.models import ImpactSettings
from lms.dashboards.questions import limit_of
from lms.dashboards.reports.models import SavedView
from lms.dashboards.reports.services import save_view
from lms.pages.models import StandardPage
from tests.factories.access import appealed, audited, group_of, queued
from tests.factories.accounts import InstitutionFactory, UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.catalogue import CoursePageFactory
from tests.factories.classroom import classroom_file_of, classroom_host_of, classroom_return_to
from tests.factories.cohorts import cohort_around
from tests.factories.designs import frozen_design
from tests.factories.exports import ready_export
from tests.factories.fees import hardship_of
from tests.factories.issuing import issued_certificate
from tests.factories.lessons import LessonPageFactory, ModulePageFactory
from tests.factories.media import CaptionsFactory, ready_video
from tests.factories.pages import home_page
from tests.factories.progress import complete_course, enrolled, take_quiz
from tests.factories.reflections import ReflectionFactory
from tests.factories.webinars import (
    WebinarPageFactory,
    attendance_list_of,
    dated_webinar,
    presence_at,
    question_to,
    questions,
    scarce_webinar,
    series_with,
)
from tests.services import ROOT

ROLES = ("signed out", "learner", "instructor", "editor", "programme lead", "limited lead", "administrator")
GROUPS = {
    "instructor": INSTRUCTORS,
    "editor": EDITORS,
    "programme lead": PROGRAMME_LEADS,
    "limited lead": PROGRAMME_LEADS,
}
NOT_WALKED = (
    "/accounts/",
    "/cms/",
    "/documents/",
    "/_util/",
)  # libraries' own; what matters of them stands in the table


@dataclass(frozen=True)
class Row:
    """One line of the table: addresses as they are written there, which of several things is meant, role -> outcome."""

    method: str
    addresses: tuple[str, ...]
    which: str
    outcomes: dict[str, str]


def rows() -> list[Row]:
    found = []
    text = (ROOT / "docs" / "roles.md").read_text()
    for line in text[text.index("## Addresses") : text.index("## Rights in the CMS")].splitlines():
        if not line.startswith("| ") or line.startswith(("| address", "| ---")):
            continue
        what, *outcomes = (cell.strip() for cell in line.strip("|").split("|"))
        addresses = re.findall(r"`([^`]+)`", what)
        which = what.rpartition("`")[2].removeprefix(",").strip()
        method = "POST" if what.startswith("POST") else "GET"
        found.append(Row(method, tuple(addresses), which, dict(zip(ROLES, outcomes, strict=True))))
    return found


@dataclass
class SmallCourse:
    """A course of one lesson and one quiz."""

    page: CoursePage = field(default_factory=CoursePageFactory)

    def __post_init__(self):
        module = ModulePageFactory(parent=self.page)
        self.lesson: LessonPage = LessonPageFactory(parent=module)
        self.open_lesson: LessonPage = LessonPageFactory(parent=module, is_preview=True)
        self.quiz: QuizPage = quiz_with_questions(1, module=module)
        self.quiz_row: Quiz = ensure_quizzes(ensure_course(self.page), {str(self.quiz.translation_key): "Quiz"})[0]

    def question(self) -> Question:
        """Return the question of its quiz, which belongs to the course."""
        question = self.quiz.quiz_questions.get().question
        question.course = ensure_course(self.page)
        question.save()
        return question

    def appeal(self) -> Appeal:
        """Return an appeal against an answer to its question."""
        question, learner = self.question(), UserFactory()
        attempt = take_quiz(enrolled(self.page, learner), self.quiz, {question.pk: ["wrong"]})
        return file_appeal(attempt.responses.get(), by=learner, text="", now=timezone.now())


class World:
    """One of everything, seen by one person."""

    def __init__(self, role: str, media: Path):
        self.role = role
        self.client = Client()
        self.person = self.person_of(role)
        self.studied, self.other, self.taught, self.to_enrol_in = (SmallCourse() for _ in range(4))
        stranger = UserFactory()
        self.reflection = ReflectionFactory(learner=stranger)
        self.attempt = {"another's": self.attempt_of(stranger, SmallCourse())}
        self.certificate = {"another's": issued_certificate(learner=stranger)}
        self.decision = {"another's": record_decision(stranger, country="DE", now=timezone.now())}
        if self.person:
            self.client.force_login(self.person)
            enrolled(self.studied.page, self.person)
            self.attempt["theirs"] = self.attempt_of(self.person, SmallCourse())
            self.certificate["theirs"] = issued_certificate(learner=self.person)
            self.decision["theirs"] = record_decision(self.person, country="DE", now=timezone.now())
        if role == "instructor":
            CourseTeamMember.objects.create(course=ensure_course(self.taught.page), member=self.person)
        self.webinar = WebinarPageFactory(starts_at=datetime(2030, 1, 12, 9, tzinfo=UTC))
        self.series = series_with([self.webinar])
        self.scarce_webinar = scarce_webinar(now=timezone.now())
        self.organised = dated_webinar(now=timezone.now(), asked=questions("Why?"))
        if role == "instructor":
            self.organised.organisers.add(self.person)
        self.cohort = cohort_around(timezone.now(), price="120", reserved_percent=50)
        home_page().add_child(instance=StandardPage(title="Privacy", slug="privacy"))
        (media / "images").mkdir()
        (media / "images" / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")

    @staticmethod
    def person_of(role: str) -> User | None:
        if role == "signed out":
            return None
        person = UserFactory(is_superuser=role == "administrator")
        if role in GROUPS:
            person.groups.add(Group.objects.get(name=GROUPS[role]))
        if role == "limited lead":
            InsightsLimit.objects.create(person=person, institution=InstitutionFactory())
        return person

    @staticmethod
    def attempt_of(person: User, course: SmallCourse) -> Attempt:
        enrolment = enrolled(course.page, person)
        complete_course(enrolment, course.page, now=timezone.now())
        return Attempt.objects.get(enrolment=enrolment)

    def path(self, address: str, which: str) -> str:
        """Return a real path for an address of the table. which: "theirs", "of another course" ..."""
        course = {"of a course they study": self.studied, "of a course they teach": self.taught}.get(which, self.other)
        lesson = course.open_lesson if which == "open to everyone" else course.lesson
        seats_of = self.scarce_webinar if which == "with limited seats" else self.webinar
        organised = self.organised if which == "which they organise" else self.followed
        asking = self.webinar if which == "of one that asks nothing" else self.organised.page
        known: dict[str, Callable[[], str]] = {
            "/courses/<course>/": lambda: course.page.url,
            "/courses/<course>/<module>/<lesson>/": lambda: lesson.url,
            "/courses/<course>/<module>/quiz/": lambda: course.quiz.url,
            "/webinars/<webinar>/": lambda: self.webinar.url,
            "/webinars/<webinar>/event.ics": lambda: f"{self.webinar.url}event.ics",
            "/webinars/<series>/": lambda: self.series.url,
            "/webinars/<series>/dates.ics": lambda: f"{self.series.url}dates.ics",
            "/webinars/<series>/register-all": lambda: f"{self.series.url}register-all",
            "/webinars/<webinar>/register": lambda: f"{seats_of.url}register",
            "/webinars/<webinar>/answers": lambda: f"{asking.url}answers",
            "/webinars/<webinar>/questions": lambda: f"{self.organised.page.url}questions",
            "/webinars/<webinar>/questions/<question>/vote": lambda: reverse(
                "vote_for_question", args=[self.organised.page.slug, question_to(self.organised).pk]
            ),
            "/webinars/<webinar>/feedback": lambda: f"{self.organised.page.url}feedback",
            "/webinars/<webinar>/cancel": lambda: f"{seats_of.url}cancel",
            "/webinars/<webinar>/join": lambda: f"{seats_of.url}join",
            "/webinars/<webinar>/accept": lambda: f"{seats_of.url}accept",
            "/webinars/<webinar>/give-up": lambda: f"{seats_of.url}give-up",
            "/cohorts/<run>/": lambda: reverse("cohort", args=[self.cohort.pk]),
            "/my/runs/<run>/apply": lambda: reverse("apply_for_cohort", args=[self.cohort.pk]),
            "/my/runs/<run>/pay-less": lambda: reverse("ask_to_pay_less", args=[self.cohort.pk]),
            "/my/runs/<run>/accept": lambda: reverse("accept_cohort_seat", args=[self.cohort.pk]),
            "/my/runs/<run>/give-up": lambda: reverse("give_up_cohort_seat", args=[self.cohort.pk]),
            "/my/courses/<course>.epub": lambda: reverse("course_book", args=[course.page.pk]),
            "/my/lessons/<lesson>/mail": lambda: reverse("mail_lesson", args=[lesson.pk]),
            "/my/offline/<course>.json": lambda: reverse("offline_course", args=[course.page.pk]),
            "/lessons/body/<lesson>/<revision>/<language>/<mac>.html": lambda: fragment_of(lesson).url,
            "/my/courses/<course>/enrol": lambda: reverse("enrol", args=[self.to_enrol_in.page.pk]),
            "/my/courses/<course>/withdraw": lambda: reverse("withdraw", args=[course.page.pk]),
            "/my/lessons/<lesson>/done": lambda: reverse("mark_done", args=[lesson.pk]),
            "/my/lessons/<lesson>/media/<media>/watched": lambda: watched_address(lesson),
            "/my/lessons/<lesson>/media/<media>/read": lambda: watched_address(lesson, "read"),
            "/my/quizzes/<quiz>/begin": lambda: reverse("begin_quiz", args=[course.quiz.pk]),
            "/my/quizzes/<quiz>/answers": lambda: reverse("answer_quiz", args=[course.quiz.pk]),
            "/my/sync/": lambda: reverse("sync"),
            "/my/reflections/<lesson>/<question>": lambda: reverse("write_reflection", args=[lesson.pk, uuid4()]),
            "/my/reflections/<reflection>/delete": lambda: reverse("delete_reflection", args=[self.reflection.pk]),
            "/my/responses/<response>/appeal": lambda: reverse("appeal", args=[self.attempt[which].responses.get().pk]),
            "/my/attempts/<attempt>/": lambda: reverse("attempt", args=[self.attempt[which].pk]),
            "/my/profile/reminders/<token>": lambda: reminders_address(UserFactory()).removeprefix(settings.SITE_URL),
            "/my/calendar/<token>.ics": lambda: reverse("calendar_feed", args=[feed_of(UserFactory()).token]),
            "/my/access/decisions/<decision>/appeal": lambda: reverse("appeal_access", args=[self.decision[which].pk]),
            "/impact/": lambda: impact_address(is_public=which == "switched on"),
            **{
                f"/insights/views/<view>/{end}": lambda name=name: reverse(
                    name, args=[self.saved_view(self.person if which == "theirs" else UserFactory()).pk]
                )
                for end, name in (
                    ("delete", "delete_view"),
                    ("schedule", "schedule_view"),
                    ("report.pdf", "view_report"),
                )
            },
            "/insights/exports/<export>/": lambda: reverse(
                "insights_export", args=[exported_by(self.person if which == "theirs" else UserFactory()).key]
            ),
            "/classrooms/<course>/": lambda: reverse("classroom", args=[ensure_course(course.page).pk]),
            "/classrooms/<course>/files/": lambda: reverse("ask_classroom_file", args=[ensure_course(course.page).pk]),
            "/classrooms/<course>/files/<file>.zip": lambda: classroom_address(
                "classroom_file", classroom_file_of(ensure_course(course.page)).key, course.page
            ),
            "/classrooms/<course>/returns/": lambda: reverse(
                "bring_classroom_return", args=[ensure_course(course.page).pk]
            ),
            "/classrooms/<course>/returns/<return>/": lambda: classroom_address(
                "classroom_return", classroom_return_to(ensure_course(course.page)).key, course.page
            ),
            "/classrooms/<course>/returns/<return>/again": lambda: classroom_address(
                "bring_classroom_return_again", classroom_return_to(ensure_course(course.page)).key, course.page
            ),
            "/classrooms/<course>/hosts/": lambda: reverse("name_classroom_host", args=[ensure_course(course.page).pk]),
            "/classrooms/<course>/hosts/<host>/end": lambda: classroom_address(
                "end_classroom_host", classroom_host_of(ensure_course(course.page)).pk, course.page
            ),
            "/media/<path>": lambda: "/media/images/drawing.svg",
            "/teach/<course>/learners/": lambda: reverse("teach_learners", args=[ensure_course(course.page).pk]),
            "/teach/<course>/learners.csv": lambda: reverse("teach_learners_csv", args=[ensure_course(course.page).pk]),
            "/teach/<course>/insights/": lambda: reverse("teach_insights", args=[ensure_course(course.page).pk]),
            "/teach/<course>/insights/<table>.csv": lambda: reverse(
                "teach_insights_csv", args=[ensure_course(course.page).pk, "lessons"]
            ),
            "/teach/<course>/insights/<table>.xlsx": lambda: reverse(
                "teach_insights_xlsx", args=[ensure_course(course.page).pk, "lessons"]
            ),
            "/insights/courses/<course>/": lambda: reverse("insights_course", args=[ensure_course(course.page).pk]),
            "/insights/courses/<course>/<table>.csv": lambda: reverse(
                "insights_course_csv", args=[ensure_course(course.page).pk, "lessons"]
            ),
            "/insights/courses/<course>/<table>.xlsx": lambda: reverse(
                "insights_course_xlsx", args=[ensure_course(course.page).pk, "lessons"]
            ),
            "/teach/<course>/quizzes/": lambda: reverse("teach_quizzes", args=[ensure_course(course.page).pk]),
            "/teach/<course>/quizzes/<quiz>/": lambda: reverse(
                "teach_quiz", args=[ensure_course(course.page).pk, course.quiz_row.pk]
            ),
            "/teach/<course>/appeals/": lambda: reverse("teach_appeals", args=[ensure_course(course.page).pk]),
            "/teach/<course>/appeals/<appeal>/": lambda: reverse(
                "teach_appeal", args=[ensure_course(course.page).pk, course.appeal().pk]
            ),
            "/teach/<course>/questions/<question>/mark-again": lambda: reverse(
                "teach_mark_again", args=[ensure_course(course.page).pk, course.question().pk]
            ),
            "/teach/webinars/<webinar>/": lambda: reverse("teach_webinar", args=[organised.pk]),
            "/teach/webinars/<webinar>/feedback/": lambda: reverse("teach_webinar_feedback", args=[organised.pk]),
            "/teach/webinars/<webinar>/copy/": lambda: reverse("teach_webinar_copy", args=[organised.pk]),
            "/teach/webinars/<webinar>/questions/": lambda: reverse("teach_questions", args=[organised.pk]),
            "/teach/webinars/<webinar>/questions/list": lambda: reverse("teach_questions_list", args=[organised.pk]),
            "/teach/webinars/<webinar>/questions/<question>": lambda: reverse(
                "teach_question", args=[organised.pk, question_to(organised).pk]
            ),
            "/teach/webinars/<webinar>/registrations.csv": lambda: reverse(
                "teach_registrations_csv", args=[organised.pk]
            ),
            "/teach/webinars/<webinar>/attendance/": lambda: reverse("teach_attendance", args=[self.followed.pk]),
            "/teach/webinars/<webinar>/attendance.csv": lambda: reverse(
                "teach_attendance_csv", args=[self.followed.pk]
            ),
            "/teach/webinars/<webinar>/attendance/import/": lambda: reverse(
                "teach_attendance_import", args=[self.followed.pk]
            ),
            "/teach/webinars/<webinar>/attendance/check/": lambda: reverse(
                "teach_attendance_check", args=[self.followed.pk]
            ),
            "/teach/webinars/<webinar>/attendance/people/<presence>/": lambda: reverse(
                "teach_attendance_person", args=[self.followed.pk, presence_at(self.followed).pk]
            ),
            "/teach/webinars/<webinar>/attendance/lists/<list>/take-back": lambda: reverse(
                "teach_attendance_take_back", args=[self.followed.pk, attendance_list_of(self.followed).pk]
            ),
            "/cms/access/reviews/requests/<request>/": lambda: reverse(
                "access_review_request", args=[queued(UserFactory(), now=timezone.now()).pk]
            ),
            "/cms/access/reviews/appeals/<appeal>/": lambda: reverse(
                "access_review_appeal", args=[appealed(UserFactory(), now=timezone.now()).pk]
            ),
            "/cms/access/audits/<audit>/": lambda: reverse(
                "access_review_audit", args=[audited(UserFactory(), now=timezone.now()).pk]
            ),
            "/cms/access/hardship/<request>/": lambda: reverse(
                "access_hardship_request", args=[hardship_of(UserFactory(), now=timezone.now()).pk]
            ),
            "/cms/access/policies/<policy>/": lambda: reverse("access_policy", args=[PolicyVersion.objects.get().pk]),
            "/cms/access/policies/<policy>/copy/": lambda: reverse(
                "access_policy_copy", args=[PolicyVersion.objects.get().pk]
            ),
            "/cms/access/countries/<set>/": lambda: reverse(
                "access_country_rows", args=[PolicyVersion.objects.get().data_set_id]
            ),
            "/cms/seats/<pool>/groups/": lambda: reverse("groups_of_pool", args=[self.cohort.pool_id]),
            "/cms/seats/<pool>/groups/<group>/": lambda: reverse(
                "group_of_pool", args=[self.cohort.pool_id, group_of(self.cohort.pool).pk]
            ),
            "/certificates/keys/<key>.json": lambda: reverse("key_document", args=[SigningKey.objects.all()[0].name]),
            "/certificates/status/<number>.json": lambda: reverse(
                "status_list", args=[StatusList.objects.get().number]
            ),
            "/cms/certificates/checks/<check>/": lambda: reverse(
                "certificate_check", args=[Inspection.objects.get_or_create(began_at=timezone.now())[0].pk]
            ),
            "/cms/certificates/corrections/<correction>/": lambda: reverse(
                "correction", args=[self.asked_correction().pk]
            ),
            "/cms/certificates/revocations/<proposal>/": lambda: reverse("revocation", args=[self.proposed().pk]),
            "/cms/certificates/revocations/<proposal>.csv": lambda: reverse(
                "revocation_csv", args=[self.proposed().pk]
            ),
            "/cms/certificates/bulk/course/<course>/": lambda: reverse(
                "bulk_issue_of_course", args=[ensure_course(course.page).pk]
            ),
            "/cms/certificates/bulk/webinar/<webinar>/": lambda: reverse(
                "bulk_issue_of_webinar", args=[self.followed.pk]
            ),
            "/cms/certificates/bulk/<bulk>/": lambda: reverse("bulk_issue", args=[self.issued_together().pk]),
            "/cms/certificates/bulk/<bulk>.csv": lambda: reverse("bulk_issue_csv", args=[self.issued_together().pk]),
            "/cms/certificate-designs/<design>/preview/": lambda: reverse(
                "design_preview", args=[frozen_design().design_id]
            ),
            "/cms/certificate-designs/<design>/preview/<sample>.pdf": lambda: reverse(
                "design_sample", args=[frozen_design().design_id, "latin"]
            ),
            "/cms/certificate-designs/<design>/preview/<sample>.webp": lambda: reverse(
                "design_sample_picture", args=[frozen_design().design_id, "latin"]
            ),
            "/captions/<key>.vtt": lambda: reverse("captions", args=[CaptionsFactory().key]),
        }
        if address in known:
            return known[address]().replace("http://localhost", "")
        serial = self.certificate["theirs" if which == "theirs" else "another's"].serial
        path = address.replace("<serial>", serial).replace("<table>", "courses")
        assert "<" not in path, f"say in World.path what {address} stands for"
        return path

    @staticmethod
    def saved_view(person: User) -> SavedView:
        return save_view(person, name="Mine", filters={}, now=timezone.now())

    def asked_correction(self) -> CorrectionRequest:
        found = CorrectionRequest.objects.filter(state="open").first()
        return found or ask_correction(
            self.certificate["another's"], name="Another Name", problem="A letter is missing.", now=timezone.now()
        )

    @staticmethod
    def proposed() -> RevocationProposal:
        return RevocationProposal.objects.create(proposed_at=timezone.now(), public_reason="Why", private_reason="Why")

    def issued_together(self) -> BulkIssue:
        return BulkIssue.objects.get_or_create(webinar=self.followed, defaults={"asked_at": timezone.now()})[0]

    @cached_property
    def followed(self) -> Webinar:
        """A webinar that follows its page."""
        return Webinar.objects.get(translation_key=self.scarce_webinar.translation_key)

    def outcome(self, method: str, path: str) -> str:
        """Return what happens, in the table's words; a form that leads back to a page is followed there."""
        answer = self.client.get(path) if method == "GET" else self.client.post(path)
        to = answer.headers.get("Location", "").removeprefix("http://localhost")
        if re.fullmatch(r"/courses/[\w-]+/[\w-]+/[\w-]+/", to):
            return self.outcome("GET", to)
        return outcome_of(answer)


def facts_of_others(world: World) -> set[str]:
    """Return the names and addresses of all people but this one, and the codes of their certificates."""
    others = User.objects.exclude(pk=world.person.pk)
    serials = Certificate.objects.exclude(pk=world.certificate["theirs"].pk).values_list("serial", flat=True)
    return {*others.values_list("name", flat=True), *others.values_list("email", flat=True), *serials} - {""}


def exported_by(person: User) -> Export:
    """Return an export that somebody asked for within their limit."""
    limit = limit_of(person)
    return ready_export(person, limit_country=limit.country or "", limit_institution_id=limit.institution_id)


def classroom_address(view: str, key: object, page: CoursePage) -> str:
    return reverse(view, args=[ensure_course(page).pk, key])


def impact_address(*, is_public: bool) -> str:
    ImpactSettings.objects.update_or_create(defaults={"is_public": is_public})
    return reverse("impact")


def watched_address(lesson: LessonPage, view: str = "watched") -> str:
    """Put a video into a lesson, and return where it is told what was watched of it, or read."""
    video = ready_video()
    lesson.body = [("video", video)]
    lesson.save()
    return reverse(view, args=[lesson.pk, video.pk])


def outcome_of(answer: HttpResponseBase) -> str:
    if answer.status_code == 404:
        return "404"
    if answer.status_code in (301, 302):
        to = answer.headers["Location"]
        if "/accounts/login/?next=" in to:
            return "sign-in"
        if to == "/my/":
            return "my"
        if to == "/cms/":
            return "refused"
        if re.fullmatch(r"(http://localhost)?/courses/[\w-]+/", to):
            return "course"
    if answer.status_code in (200, 302):
        return "✓"
    return str(answer.status_code)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.django_db
def test_every_address_answers_as_the_table_says(role, settings, tmp_path):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    settings.MEDIA_ROOT = tmp_path
    world = World(role, tmp_path)
    differences = []
    for row in rows():
        expected = row.outcomes[role]
        for address in row.addresses if expected != "–" else ():
            path = world.path(address, row.which)
            happened = world.outcome(row.method, path)
            if happened != expected:
                differences.append(f"{row.method} {address}, {row.which}: {happened} and not {expected}")
    assert differences == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.django_db
def test_a_limited_lead_reaches_nobody_outside_the_limit_at_any_address(method, settings, tmp_path):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    settings.MEDIA_ROOT = tmp_path
    world = World("limited lead", tmp_path)
    found = []
    for row in rows():
        is_open_to_all = row.outcomes["signed out"] == "✓"  # whoever has a certificate's address sees whose it is
        for address in () if is_open_to_all or row.outcomes["limited lead"] == "–" else row.addresses:
            path = world.path(address, row.which)
            answer = world.client.get(path) if method == "GET" else world.client.post(path)
            if answer.status_code == 404:
                continue
            said = (b"".join(answer) if answer.streaming else answer.content).decode(errors="ignore")
            found += [(address, fact) for fact in facts_of_others(world) if re.search(rf"{re.escape(fact)}\b", said)]
    assert found == []


def test_every_address_of_the_project_stands_in_the_table():
    listed = {shape(address) for row in rows() for address in row.addresses}
    missing = {
        address
        for address in map(shape, addresses(get_resolver()))
        if address not in listed and not address.startswith(NOT_WALKED)
    }
    assert missing == set()


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, path)
        elif isinstance(pattern, URLPattern) and pattern.name != "wagtail_serve":  # pages; each type has its row
            yield path


def shape(address: str) -> str:
    return re.sub(r"<[^>]+>", "<>", address)
