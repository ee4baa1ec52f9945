"""Nobody but a person themselves, and those who review, learns whether the person has priority, why, and what they pay (I20)."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook
from pypdf import PdfReader
from wagtail.log_actions import log

from certificates.credentials.badges import StatusPosition, build_credential
from certificates.rendering.pdf import render
from courses.catalogue.services import ensure_course
from courses.progress.cohorts.services import follow_seats
from courses.webinars.models import Webinar
from courses.webinars.services.registrations import follow_seats as follow_webinar_seats
from lms.access.models import AccessAppeal, AccessRequest, Application, Charge, Settlement
from lms.access.rules.decisions import CRITERIA, Review
from lms.access.rules.seats import RESERVED
from lms.access.services.appeals import appeal_decision
from lms.access.services.decisions import record_decision
from lms.access.services.fees import grant_hardship_waiver, settle_charge
from lms.access.services.hardship import ask_for_less
from lms.access.services.notices import write_notices
from lms.access.services.requests import request_access
from lms.access.services.seats import apply_for_seat, settle_pool
from lms.accounts.models import User
from lms.mail.models import OutgoingMail
from tests.factories.access import with_priority
from tests.factories.accounts import UserFactory
from tests.factories.catalogue import CourseFactory
from tests.factories.cohorts import cohort_around
from tests.factories.issuing import waiting_certificate
from tests.factories.progress import complete_course, enrolled
from tests.factories.webinars import scarce_webinar
from tests.test_roles import World, rows

ONLOOKERS = ("signed out", "learner", "instructor", "editor")
SENTENCE = "Our clinic has no sequencer within four hundred kilometres."
REASON = "The hospital has stopped paying salaries."
PLEA = "My own clinic closed, and I look after four children."
APPEAL = "We are the only unit of the province."
PAID = "74.07"  # of 123.45, which everybody sees
SECRETS = (SENTENCE, REASON, PLEA, APPEAL, PAID, "74,07", "49.38")
CMS = ("/cms/", "/cms/seats/", "/cms/pages/", "/cms/reports/", "/cms/reports/site-history/", "/cms/snippets/")
ORGANISERS_PAGES = (
    *("", "registrations.csv", "attendance/", "attendance.csv", "attendance/import/"),
    *("questions/", "questions/list"),
)
NOT_FOLLOWED = re.compile(r"/logout/|/delete/|/unpublish/|\?export=xlsx|/sprite/|jsi18n")
CHANGES_EACH_TIME = [  # of a page that says the same
    r'name="csrfmiddlewaretoken" value="[^"]+"',
    r'data-csrf-token="[^"]+"|"CSRF_TOKEN": "[^"]+"',
    r'"token": "[^"]+"|"now": "[^"]+"',  # of /my/sync/
    r'nonce="[^"]+"',
    r"<time [^>]*>[^<]*</time>",  # when it was looked at
    r"/editing-sessions/[^\"]+",
]


class Onlooker(World):
    """Somebody who looks at all they can, among which is a person of whom much is known."""

    def __init__(self, role: str, media: Path):
        super().__init__(role, media)
        now = timezone.now()
        self.subject: User = self.certificate["another's"].completion.enrolment.learner
        User.objects.filter(pk=self.subject.pk).update(country="DE", name="Subject Example")
        self.subject.refresh_from_db()
        complete_course(enrolled(self.taught.page, self.subject), self.taught.page, now=now)
        self.released_webinar = scarce_webinar(now=now - timedelta(days=26), capacity=5)
        self.pool, self.released = (
            Webinar.objects.get(translation_key=page.translation_key).pool
            for page in (self.scarce_webinar, self.released_webinar)
        )
        if role == "instructor":
            for webinar in Webinar.objects.filter(pool__in=[self.pool, self.released]):
                webinar.organisers.add(self.person)
        self.taught_cohort = cohort_around(now, self.taught.page, reserved_percent=40, price="123.45")
        first = with_priority(UserFactory(), now=now)
        apply_for_seat(self.pool.pk, first, now=now)  # has the one seat that is reserved
        for person in [self.subject, self.person] if self.person else [self.subject]:
            for pool, moment in (
                (self.pool, now),
                (self.released, now - timedelta(days=10)),
                (self.taught_cohort.pool, now),
            ):
                apply_for_seat(pool.pk, person, now=moment)
        self.seated, self.taught_seat = (
            Application.objects.get(pool=pool, person=self.subject) for pool in (self.released, self.taught_cohort.pool)
        )
        follow_seats(self.taught_cohort, now=now)
        follow_webinar_seats(self.released.pk, now=now)
        write_notices(now=now)

    @cached_property
    def addresses(self) -> list[str]:
        """Every page and file that is not about themselves."""
        found = [
            self.path(address, row.which)
            for row in rows()
            if row.method == "GET" and row.which != "theirs" and row.outcomes[self.role] != "–"
            for address in row.addresses
        ]
        for webinar in (self.scarce_webinar, self.released_webinar):
            found += [f"{webinar.url}{part}" for part in ("", "register", "accept", "give-up", "event.ics")]
        if self.role == "instructor":
            found += [f"{place}{page}" for place in self.organised_places for page in ORGANISERS_PAGES]
        run = self.taught_cohort.pk
        found += [
            f"/cohorts/{run}/",
            *(f"/my/runs/{run}/{what}" for what in ("apply", "accept", "give-up", "pay-less")),
        ]
        if self.role in ("instructor", "editor"):
            found += CMS
            found += [f"/cms/seats/{pool.pk}/{file}" for pool in self.pools for file in ("", "names.csv")]
        return [path.replace("http://localhost", "") for path in found]

    @property
    def organised_places(self) -> list[str]:
        """Where the webinars are seen to in which the subject applied for a seat; in that named first they have one."""
        return [f"/teach/webinars/{pool.webinar.pk}/" for pool in (self.released, self.pool)]

    @property
    def pools(self) -> list:
        return [self.pool, self.released, self.taught_cohort.pool]

    def all_they_can_find(self) -> list[str]:
        """The addresses, and one of each kind of page of the CMS to which they lead."""
        found = {shape(path): path for path in self.addresses}
        for path in self.addresses:
            for linked in re.findall(r'href="(/cms/[^"#]*)', self.read(path)):
                if not NOT_FOLLOWED.search(linked):
                    found.setdefault(shape(linked), unescape(linked))
        return list(dict.fromkeys([*self.addresses, *found.values()]))

    def read_all(self, addresses: list[str]) -> dict[str, str]:
        return {path: self.read(path) for path in addresses}

    def read(self, path: str) -> str:
        answer = self.client.get(path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if path.endswith(".xlsx") and answer.status_code == 200:  # the file itself says when it was made
            book = load_workbook(io.BytesIO(content), read_only=True)
            return repr([list(sheet.iter_rows(values_only=True)) for sheet in book])
        text = content.decode(errors="replace")
        for pattern in CHANGES_EACH_TIME:
            text = re.sub(pattern, "", text)
        return f"{answer.status_code} {answer.headers.get('Location', '')} {text}"


def shape(address: str) -> str:
    return re.sub(r"\d+", "<>", address)


def make_much_known_of(world: Onlooker) -> None:
    """Let the person name criteria, be approved, ask for less to pay, pay and appeal; and have had a reserved seat."""
    now, subject, by = timezone.now(), world.subject, world.reviewer
    ask_for_less(subject, world.taught_cohort.pool_id, text=PLEA, now=now)
    request_access(subject, country="DE", sentences=dict.fromkeys("ace", SENTENCE), now=now)
    declined = record_decision(subject, country="DE", attested="ace", review=Review.DECLINE, by=by, now=now)
    appeal_decision(subject, declined.pk, text=APPEAL, now=now)
    record_decision(subject, country="DE", attested="ace", review=Review.APPROVE, by=by, now=now)
    waiver = grant_hardship_waiver(subject, percent=40, ends_on=now.date(), reason=REASON, by=by, now=now)
    log(instance=waiver, action="wagtail.create", user=by)
    for application in (world.seated, world.taught_seat):
        reserved = application.pool.seats.filter(kind=RESERVED, application=None).first() or application.seat
        Application.objects.filter(pk=application.pk).update(is_priority=True, seat=reserved)
    # Charges stay as they were made: this one is made to have been another from the beginning.
    charge = Charge.objects.get(application=world.taught_seat)
    QuerySet(Charge).filter(pk=charge.pk).update(due=PAID, basis=Charge.Basis.HARDSHIP, percent_off=40)
    kind = Settlement.Kind.PAYMENT
    settle_charge(charge.pk, kind=kind, amount=Decimal(PAID), reference=REASON, on=now.date(), by=by, now=now)
    for pool in world.pools:
        settle_pool(pool.pk, now=now)
    follow_seats(world.taught_cohort, now=now)
    write_notices(now=now)


def mails_to_others(world: Onlooker) -> list[tuple]:
    mails = OutgoingMail.objects.exclude(to=world.subject.email).order_by("pk")
    return list(mails.values_list("to", "subject", "text", "html"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ONLOOKERS)
def test_what_others_can_read_is_the_same_whatever_is_known_of_a_person(role, settings, tmp_path):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    settings.MEDIA_ROOT = tmp_path
    world = Onlooker(role, tmp_path)
    world.reviewer = UserFactory(is_superuser=True)
    addresses = world.all_they_can_find()
    world.read_all(addresses)  # visits leave traces of their own, such as the first look at a page
    before, mails_before = world.read_all(addresses), mails_to_others(world)
    make_much_known_of(world)
    after = world.read_all(addresses)
    assert [path for path in before if before[path] != after[path]] == []
    assert mails_to_others(world) == mails_before
    assert AccessRequest.objects.filter(person=world.subject).exists()
    assert AccessAppeal.objects.filter(person=world.subject).exists()
    assert OutgoingMail.objects.filter(to=world.subject.email, text__contains="priority").exists()
    for secret in SECRETS:
        assert not [path for path, text in after.items() if secret in text]
        assert not [mail for mail in mails_before if secret in "".join(mail)]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["instructor", "editor"])
def test_what_others_read_tells_of_the_person_as_far_as_their_work_asks_for_it(role, settings, tmp_path):
    """So that the test before this one has looked where the person is to be seen."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    settings.MEDIA_ROOT = tmp_path
    world = Onlooker(role, tmp_path)
    named = {path for path in world.addresses if world.subject.name in world.read(path)}
    course = ensure_course(world.taught.page).pk
    assert (
        named
        == {
            "instructor": {
                f"/teach/{course}/learners/",
                f"/teach/{course}/learners.csv",
                f"{world.organised_places[0]}registrations.csv",
            },
            "editor": {f"/cms/seats/{world.released.pk}/names.csv"},
        }[role]
    )


class TestCertificates(TestCase):
    @settings(max_examples=10, deadline=None)
    @given(
        st.sampled_from(["NP", "EG", "DE", "XK"]),
        st.sets(st.sampled_from(CRITERIA)),
        st.sampled_from(Review),
        st.integers(1, 100),
    )
    def test_a_certificate_says_the_same_whatever_is_known_of_its_holder(self, country, attested, review, percent):
        now = timezone.now()
        known, unknown = UserFactory(name="Learner One", country=country), UserFactory(name="Learner One")
        record_decision(known, country=country, attested="".join(attested), review=review, now=now)
        grant_hardship_waiver(known, percent=percent, ends_on=now.date(), reason=REASON, by=UserFactory(), now=now)
        course = CourseFactory()
        awards = [waiting_certificate(learner=one, course=course).award for one in (known, unknown)]
        # These are each certificate's own, drawn or made of the address of its holder.
        same = {"serial": "0123456789AB", "verification_url": "https://genomed.example/v/0123456789AB"}
        same |= {"identity_hash": "", "identity_salt": ""}
        award, other = (replace(one, **same) for one in awards)
        assert award == other
        words = {"kind": "", "learning": "", "course": "", "credit": "", "result": ""}
        signed, likewise = (
            build_credential(one, site_url="https://genomed.example", status=StatusPosition(7), words=words)
            for one in (award, other)
        )
        assert signed == likewise
        said = [
            " ".join(page.extract_text() for page in PdfReader(BytesIO(render(one))).pages) for one in (award, other)
        ]
        assert said[0] == said[1]
        assert "Learner One" in said[0]
