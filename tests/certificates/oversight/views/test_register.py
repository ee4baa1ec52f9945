"""Programme leads find certificates in the register and hand on what they found."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from certificates.issuing.models import Certificate
from certificates.issuing.services import open_attendance_certificate, reissue_certificate, withdraw_certificates
from tests.cms.conftest import signed_in
from tests.factories.accounts import EditorFactory, InstructorFactory, UserFactory
from tests.factories.issuing import NOW, issued_certificate, waiting_certificate
from tests.factories.webinars import attended_webinar

pytestmark = pytest.mark.django_db


def listed(lead, **asked) -> str:
    answer = lead.get(reverse("certificate_register_results"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_certificate_is_found_by_code_name_address_and_course(lead):
    one = waiting_certificate(learner=UserFactory(name="Àma Mensah", email="ama@example.org"))
    other = waiting_certificate(learner=UserFactory(name="Bea Okoro"))
    Certificate.objects.filter(pk=one.pk).update(facts=one.facts | {"course_title": "Reading a genome"})
    typed = f"{one.serial[:4]} {one.serial[4:8]}-{one.serial[8:]}".lower()
    for words in (one.serial, typed, one.serial[2:9], "Mensah", "AMA@example", "a genome"):
        page = listed(lead, q=words)
        assert str(one) in page, words
        assert str(other) not in page, words
    assert "No certificate is like that." in listed(lead, q="Nobody at all")


def test_certificates_are_found_by_state_kind_course_language_and_day(lead):
    course = issued_certificate()
    webinar = open_attendance_certificate(attended_webinar(UserFactory()).pk, now=timezone.now())
    found_for = {
        "state": ("issued", "waiting"),
        "kind": (course.facts["result"], "attendance"),
        "language": ("en", "fr"),
        "course": (course.completion.enrolment.run.course_id, None),
        "webinar": (None, webinar.attendance.registration.webinar_id),
    }
    for name, values in found_for.items():
        for value, one, other in zip(values, (course, webinar), (webinar, course), strict=True):
            if value is not None:
                page = listed(lead, **{name: value})
                assert (str(one) in page) == (value != "fr"), (name, value)
                assert str(other) not in page or (name, value) == ("language", "en"), (name, value)
    day = NOW.date()
    page = listed(lead, opened_at_from=day, opened_at_to=day)
    assert str(course) in page
    assert str(webinar) not in page


def test_what_needs_a_look_is_what_was_set_aside_or_waits_for_long(lead):
    now = timezone.now()
    failed, late, fresh = (
        waiting_certificate(now=now),
        waiting_certificate(now=now - timedelta(hours=2)),
        waiting_certificate(now=now),
    )
    Certificate.objects.filter(pk=failed.pk).update(state="failed", reason="out of ink")
    page = listed(lead, attention="yes")
    assert str(failed) in page
    assert str(late) in page
    assert str(fresh) not in page
    assert "2 certificates need a look" in lead.get(reverse("certificate_register")).content.decode()


def test_the_filtered_list_is_handed_on_as_csv_and_as_a_workbook(lead, reviewer):
    holder = UserFactory(name="=HYPERLINK(1)", email="ama@example.org", country="GH")
    old = issued_certificate(learner=holder)
    again = reissue_certificate(old, name="Ama", by=reviewer, now=timezone.now())
    issued_certificate(learner=UserFactory(name="Somebody Else"))
    answer = lead.get(reverse("certificate_register"), {"q": "ama@example", "export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Disposition"] == 'attachment; filename="certificates.csv"'
    assert "'=HYPERLINK(1)" in text
    assert text.count(again.serial) == 2  # itself, and where it replaces
    assert "Somebody Else" not in text
    assert "Ghana" not in text
    answer = lead.get(reverse("certificate_register"), {"q": "ama@example", "export": "xlsx"})
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content)))["certificates"].values)
    assert len(rows) == 3
    assert {row[1] for row in rows[1:]} == {"'=HYPERLINK(1)", "Ama"}


def test_a_withdrawn_certificate_is_listed_and_handed_on_without_its_facts(lead):
    certificate = issued_certificate(learner=UserFactory(name="Ama", email="ama@example.org"))
    withdraw_certificates(certificate.holder, by=None, now=timezone.now())
    assert str(certificate) in listed(lead)
    text = b"".join(lead.get(reverse("certificate_register"), {"export": "csv"}).streaming_content).decode()
    assert certificate.serial in text
    assert "ama@example.org" not in text


def test_the_register_and_its_export_take_the_same_queries_for_2_certificates_and_20(lead, reviewer):
    def more(number: int) -> None:
        for _ in range(number):
            reissue_certificate(issued_certificate(), name="Anew", by=reviewer, now=timezone.now())

    counts = []
    for number in (1, 9):
        more(number)
        listed(lead)
        with CaptureQueriesContext(connection) as queries:
            lead.get(reverse("certificate_register"))
        with CaptureQueriesContext(connection) as export:
            list(lead.get(reverse("certificate_register"), {"export": "csv"}).streaming_content)
        counts.append((len(queries), len(export)))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("factory", [InstructorFactory, EditorFactory])
def test_other_staff_neither_read_the_register_nor_hand_it_on(factory):
    certificate = issued_certificate()
    client = signed_in(factory())
    for address in ("certificate_register", "certificate_register_results", "certificates_set_aside"):
        assert client.get(reverse(address)).headers["Location"] == "/cms/"
    assert client.get(reverse("certificate_register"), {"export": "csv"}).headers["Location"] == "/cms/"
    for address in ("certificate_in_register", "revoke_certificate", "reissue_certificate", "withdraw_certificates"):
        for ask in (client.get, client.post):
            assert ask(reverse(address, args=[certificate.serial])).headers["Location"] == "/cms/"
    certificate.refresh_from_db()
    assert certificate.state == "issued"
