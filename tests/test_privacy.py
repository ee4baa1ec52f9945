"""Nobody but a person themselves, and those who review, learns whether the person has priority, why, and what they pay (I20)."""

import dataclasses
import re
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pytest
from django.utils import timezone

from courses.webinars.models import Webinar
from lms.access.models import AccessAppeal, AccessRequest, Application, Charge
from lms.access.rules.decisions import Review
from lms.access.services.appeals import appeal_decision
from lms.access.services.decisions import record_decision
from lms.access.services.fees import charge_seat, grant_hardship_waiver
from lms.access.services.hardship import ask_for_less
from lms.access.services.notices import write_notices
from lms.access.services.requests import request_access
from lms.access.services.seats import apply_for_seat
from lms.accounts.models import User
from lms.mail.models import OutgoingMail
from tests.factories.access import with_priority
from tests.factories.accounts import UserFactory
from tests.factories.issuing import issued_certificate
from tests.factories.progress import complete_course, enrolled
from tests.test_roles import World, rows

ONLOOKERS = ("signed out", "learner", "instructor", "editor")
SENTENCE = "Our clinic has no sequencer within four hundred kilometres."
REASON = "The hospital has stopped paying salaries."
PLEA = "My own clinic closed, and I look after four children."
APPEAL = "We are the only unit of the province."
CMS = ("/cms/", "/cms/seats/", "/cms/pages/", "/cms/reports/", "/cms/access/reviews/", "/cms/snippets/")
CHANGES_EACH_TIME = [  # of a page that says the same
    r'name="csrfmiddlewaretoken" value="[^"]+"',
    r'data-csrf-token="[^"]+"|"CSRF_TOKEN": "[^"]+"',
    r'nonce="[^"]+"',
    r"<time [^>]*>[^<]*</time>",  # when it was looked at
]


class Onlooker(World):
    """Somebody who looks at all they can, among which is a person of whom much is known."""

    def __init__(self, role: str, media: Path):
        super().__init__(role, media)
        self.subject: User = self.certificate["another's"].completion.enrolment.learner
        User.objects.filter(pk=self.subject.pk).update(country="DE")
        self.subject.refresh_from_db()
        enrolment = enrolled(self.taught.page, self.subject)
        complete_course(enrolment, self.taught.page, now=timezone.now())
        self.pool = Webinar.objects.get(translation_key=self.scarce_webinar.translation_key).pool
        first = with_priority(UserFactory(), now=timezone.now())
        apply_for_seat(self.pool.pk, first, now=timezone.now())  # has the one seat that is reserved
        self.application = apply_for_seat(self.pool.pk, self.subject, now=timezone.now())

    @cached_property
    def addresses(self) -> list[str]:
        """Every page and file that is not about themselves."""
        found = [
            self.path(address, row.which)
            for row in rows()
            if row.method == "GET" and row.which != "theirs" and row.outcomes[self.role] != "–"
            for address in row.addresses
        ]
        if self.role in ("instructor", "editor"):
            found += [*CMS, f"/cms/seats/{self.pool.pk}/", f"/cms/seats/{self.pool.pk}/names.csv"]
        return found

    def all_they_can_read(self) -> dict[str, str]:
        return {path: self.read(path) for path in self.addresses}

    def read(self, path: str) -> str:
        answer = self.client.get(path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = content.decode(errors="replace")
        for pattern in CHANGES_EACH_TIME:
            text = re.sub(pattern, "", text)
        return f"{answer.status_code} {answer.headers.get('Location', '')} {text}"


def make_much_known_of(world: Onlooker) -> None:
    """Let the person name criteria, be approved, ask for less to pay, be charged and appeal."""
    now, subject = timezone.now(), world.subject
    request_access(subject, country="DE", sentences=dict.fromkeys("ace", SENTENCE), now=now)
    declined = record_decision(subject, country="DE", attested="ace", review=Review.DECLINE, by=world.reviewer, now=now)
    appeal_decision(subject, declined.pk, text=APPEAL, now=now)
    record_decision(subject, country="DE", attested="ace", review=Review.APPROVE, by=world.reviewer, now=now)
    grant_hardship_waiver(subject, percent=40, ends_on=now.date(), reason=REASON, by=world.reviewer, now=now)
    ask_for_less(UserFactory(), world.pool.pk, text=PLEA, now=now)
    seat = world.pool.seats.filter(application=None).first()
    Application.objects.filter(pk=world.application.pk).update(state="confirmed", seat=seat)
    charge_seat(world.application.pk, listed=Decimal("123.45"), currency="EUR", now=now)
    Application.objects.filter(pk=world.application.pk).update(state="waiting", seat=None)
    write_notices(now=now)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ONLOOKERS)
def test_what_others_can_read_is_the_same_whatever_is_known_of_a_person(role, settings, tmp_path):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    settings.MEDIA_ROOT = tmp_path
    world = Onlooker(role, tmp_path)
    world.reviewer = UserFactory(is_superuser=True)
    world.all_they_can_read()  # visits leave traces of their own, such as the first look at a page
    before = world.all_they_can_read()
    make_much_known_of(world)
    after = world.all_they_can_read()
    assert len(before) > 15
    assert [path for path in before if before[path] != after[path]] == []
    assert AccessRequest.objects.filter(person=world.subject).exists()
    assert AccessAppeal.objects.filter(person=world.subject).exists()
    assert Charge.objects.filter(application=world.application).exists()
    mails = OutgoingMail.objects.exclude(to=world.subject.email)
    for secret in (SENTENCE, REASON, PLEA, APPEAL, "123.45", "49.38", "74.07"):
        assert not [path for path, text in after.items() if secret in text]
        assert not [mail for mail in mails if secret in mail.text + mail.html + mail.subject]


@pytest.mark.django_db
def test_a_certificate_is_the_same_with_priority_as_without():
    learner = UserFactory(name="Learner One", country="NP")
    plain = issued_certificate(learner=learner)
    with_priority(learner, now=timezone.now())
    later = issued_certificate(learner=learner)
    facts = [set(dataclasses.asdict(one.award)) for one in (plain, later)]
    assert facts[0] == facts[1]
    assert not [name for name in facts[0] if re.search("tier|priority|fee|criteri|country", name)]
