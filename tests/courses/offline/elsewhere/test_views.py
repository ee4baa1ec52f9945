import io
import posixpath
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from courses.enrolment.services import withdraw_learner
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import course_with_lessons

pytestmark = pytest.mark.django_db

OPF = "{http://www.idpf.org/2007/opf}"


@pytest.fixture
def course():
    page = course_with_lessons(3)
    quiz_with_questions(1, module=page.get_children().first().specific, title="Test <yourself> & win")
    return page


def book_of(client, course) -> ZipFile:
    answer = client.get(reverse("course_book", args=[course.pk]))
    assert answer.headers["Content-Type"] == "application/epub+zip"
    assert "no-store" in answer.headers["Cache-Control"]
    return ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_a_course_is_a_book_whose_parts_all_are_there(client, course, learner):
    book = book_of(client, course)
    first = book.infolist()[0]
    assert (first.filename, first.compress_type, book.read("mimetype")) == (
        "mimetype",
        ZIP_STORED,
        b"application/epub+zip",
    )
    package = etree.fromstring(book.read("EPUB/package.opf"))
    items = {item.get("id"): item.get("href") for item in package.iter(f"{OPF}item")}
    assert {f"EPUB/{name}" for name in items.values()} == {
        name for name in book.namelist() if name.startswith("EPUB/") and not name.endswith(".opf")
    }
    assert [items[one.get("idref")] for one in package.iter(f"{OPF}itemref")] == [
        *("first.xhtml", "nav.xhtml", "lesson-1.1.xhtml", "lesson-1.2.xhtml", "lesson-1.3.xhtml")
    ]
    for name in book.namelist():
        if name.endswith(".xhtml"):
            page = etree.fromstring(book.read(name))
            ids = set(page.xpath("//@id"))
            for target in [*page.xpath("//@href"), *page.xpath("//@src")]:
                if target.startswith("#"):
                    assert target[1:] in ids
                elif "://" not in target:
                    assert posixpath.join("EPUB", target) in book.namelist()
    assert "Test &lt;yourself&gt; &amp; win" in book.read("EPUB/first.xhtml").decode()


def test_a_book_has_the_text_of_its_lessons(client, course, learner, lesson):
    text = book_of(client, course).read("EPUB/lesson-1.1.xhtml").decode()
    assert lesson.title in text
    assert "Absent from whom?" in text
    assert not any(f"<{tag}" in text for tag in ("script", "form", "button", "svg"))


def test_a_book_is_for_those_who_study_the_course(client, course, learner):
    address = reverse("course_book", args=[course.pk])
    withdraw_learner(learner.enrolments.get(), now=timezone.now())
    assert client.get(address).status_code == 404
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_a_lesson_is_mailed_to_its_reader_once_a_day(client, course, learner, lesson):
    address = reverse("mail_lesson", args=[lesson.pk])
    assert client.get(address).status_code == 302
    assert not OutgoingMail.objects.exists()
    for _ in range(2):
        assert client.post(address).status_code == 302
    queued = OutgoingMail.objects.get()
    assert (queued.to, queued.html) == (learner.email, "")
    assert "Absent from whom?" in queued.text
    assert lesson.url in queued.text
    assert "<" not in queued.text.replace("<http", "")
    assert learner.email in client.get(lesson.url).content.decode()
    assert not mail.outbox  # the worker sends it


def test_nobody_mails_what_they_may_not_read(client, course, lesson):
    client.force_login(UserFactory())
    client.post(reverse("mail_lesson", args=[lesson.pk]))
    assert not OutgoingMail.objects.exists()
    assert client.post(reverse("mail_lesson", args=[lesson.pk + 9999])).status_code == 404
