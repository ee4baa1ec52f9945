from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.catalogue.models import CourseTeamMember
from courses.offline.classroom.models import ClassroomFile, ClassroomHost, ClassroomReturn
from courses.offline.classroom.services import packing
from tests.courses.offline.classroom.services.test_taking import Class
from tests.factories.accounts import InstructorFactory, UserFactory
from tests.factories.classroom import confirmed, packed_file, pupil, returned, taken_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def klass():
    klass = Class()
    ClassroomFile.objects.update(packed_at=timezone.now(), expires_at=timezone.now() + timedelta(days=1))
    klass.file.refresh_from_db()
    return klass


@pytest.fixture
def course(klass):
    return klass.file.course


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def teacher(course):
    person = InstructorFactory()
    CourseTeamMember.objects.create(course=course, member=person)
    return client_of(person)


def host_of(course) -> tuple[Client, ClassroomHost]:
    host = ClassroomHost.objects.create(course=course, person=confirmed(), named_at=timezone.now())
    return client_of(host.person), host


def bring(client: Client, course, data: bytes, **fields: str):
    file = SimpleUploadedFile("class-return.genomed", data)
    return client.post(reverse("bring_classroom_return", args=[course.pk]), {"file": file, "vouches": "on", **fields})


def test_a_file_is_asked_for_made_and_fetched(klass, course, teacher):
    address = reverse("classroom", args=[course.pk])
    answer = teacher.post(reverse("ask_classroom_file", args=[course.pk]), {"page": klass.page.pk})
    assert answer.headers["Location"] == address
    assert "Waiting" in teacher.get(address).content.decode()
    packing.make_next(clock=timezone.now)
    made = ClassroomFile.objects.order_by("pk").last()
    answer = teacher.get(reverse("classroom_file", args=[course.pk, made.key]))
    content = b"".join(answer.streaming_content)
    assert (answer.headers["Content-Type"], content[:2], len(content)) == ("application/zip", b"PK", made.file_bytes)
    assert "no-store" in answer.headers["Cache-Control"]
    rest = teacher.get(reverse("classroom_file", args=[course.pk, made.key]), headers={"Range": "bytes=100-"})
    ClassroomFile.objects.update(expires_at=timezone.now())
    assert teacher.get(reverse("classroom_file", args=[course.pk, made.key])).status_code == 410
    # Last, since a part that is read to its end closes what the test client keeps open.
    assert (rest.status_code, b"".join(rest.streaming_content)) == (206, content[100:])


def test_a_course_of_somebody_elses_cannot_be_asked_for(klass, course, teacher):
    other = Class()
    answer = teacher.post(reverse("ask_classroom_file", args=[course.pk]), {"page": other.page.pk})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode() or "error" in answer.content.decode()
    assert teacher.get(reverse("classroom", args=[other.file.course.pk])).status_code == 404
    assert teacher.get(reverse("classroom_file", args=[course.pk, other.file.key])).status_code == 404
    assert teacher.get(reverse("classroom_file", args=[other.file.course.pk, other.file.key])).status_code == 404


def test_what_a_class_did_is_brought_and_reported(klass, course, teacher):
    data = returned(klass.file, [pupil(confirmed(), klass.everything(), name="Ama"), pupil("x@example.org", [])])
    answer = bring(teacher, course, data)
    brought = ClassroomReturn.objects.get()
    address = reverse("classroom_return", args=[course.pk, brought.key])
    assert answer.headers["Location"] == address
    assert "data-unfinished" in teacher.get(address).content.decode()
    taken_in(brought, now=timezone.now())
    page = teacher.get(address).content.decode()
    assert "Ama" in page
    assert "Ask them to register" in page
    assert "data-unfinished" not in page
    assert "<html" not in teacher.get(f"{address}?live=1").content.decode()
    again = teacher.post(reverse("bring_classroom_return_again", args=[course.pk, brought.key]))
    taken_in(ClassroomReturn.objects.first(), now=timezone.now())
    latest = ClassroomReturn.objects.order_by("pk").last()
    assert again.headers["Location"] == reverse("classroom_return", args=[course.pk, latest.key])
    assert [(row.accepted, row.known) for row in latest.people.all()] == [(0, 3), (0, 0)]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda data: data[:-20], "cut off"),
        (lambda data: data + b"x", "added to the end"),
        (lambda data: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not text"),
        (lambda data: b"name,address\nAma,x", "not the file"),
        (lambda data: b"0" * 10_000_001, "10 MB"),
    ],
)
def test_what_is_no_return_is_refused_at_the_form_in_words(klass, course, teacher, change, word):
    answer = bring(teacher, course, change(returned(klass.file, [])))
    assert (answer.status_code, word in answer.content.decode()) == (200, True)
    assert not ClassroomReturn.objects.exists()


def test_whoever_brings_it_has_to_vouch_for_it(klass, course, teacher):
    bring(teacher, course, returned(klass.file, []), vouches="")
    assert not ClassroomReturn.objects.exists()


def test_a_host_sees_their_own_alone_and_names_nobody(klass, course, teacher):
    client, host = host_of(course)
    bring(teacher, course, returned(klass.file, []))
    theirs = ClassroomReturn.objects.get()
    page = client.get(reverse("classroom", args=[course.pk])).content.decode()
    assert str(theirs.key) not in page
    assert str(klass.file.key) not in page
    assert "Name them" not in page
    assert client.get(reverse("classroom_return", args=[course.pk, theirs.key])).status_code == 404
    assert client.get(reverse("classroom_file", args=[course.pk, klass.file.key])).status_code == 404
    assert client.post(reverse("name_classroom_host", args=[course.pk]), {"email": "x@example.org"}).status_code == 404
    assert client.post(reverse("end_classroom_host", args=[course.pk, host.pk])).status_code == 404
    own = packed_file(klass.page, by=host.person, now=timezone.now())
    assert client.get(reverse("classroom_file", args=[course.pk, own.key])).status_code == 200
    assert bring(client, course, returned(own, [])).status_code == 302
    page = teacher.get(reverse("classroom", args=[course.pk])).content.decode()
    assert str(ClassroomReturn.objects.order_by("pk").last().key) in page
    host.delete()
    for name, args in (("classrooms", []), ("classroom", [course.pk]), ("classroom_file", [course.pk, own.key])):
        assert client.get(reverse(name, args=args)).status_code == 404


def test_the_team_names_a_host_and_ends_it(course, teacher):
    person = confirmed(name="Kofi Host")
    address = reverse("classroom", args=[course.pk])
    wrong = teacher.post(reverse("name_classroom_host", args=[course.pk]), {"email": "nobody@example.org"})
    assert "Ask them to register first" in wrong.content.decode()
    assert teacher.post(reverse("name_classroom_host", args=[course.pk]), {"email": person.email}).status_code == 302
    assert "Kofi Host" in teacher.get(address).content.decode()
    assert client_of(person).get(address).status_code == 200
    host = ClassroomHost.objects.get()
    assert teacher.post(reverse("end_classroom_host", args=[course.pk, host.pk])).status_code == 302
    assert client_of(person).get(address).status_code == 404


def test_staff_need_their_second_factor_and_hosts_who_are_not_staff_do_not(course, teacher, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    client, _host = host_of(course)
    address = reverse("classroom", args=[course.pk])
    assert client.get(address).status_code == 200
    assert teacher.get(address).headers["Location"] == reverse("mfa_index")
    assert client_of(UserFactory()).get(address).status_code == 404
    assert "/accounts/login/" in Client().get(address).headers["Location"]


def test_the_page_takes_as_many_queries_for_2_as_for_20(klass, course, teacher, django_assert_max_num_queries):
    address = reverse("classroom", args=[course.pk])

    def asked() -> int:
        with django_assert_max_num_queries(60) as queries:
            teacher.get(address)
        return len(queries)

    def more(number: int) -> None:
        for _ in range(number):
            ClassroomHost.objects.create(course=course, person=UserFactory(), named_at=timezone.now())
            ClassroomFile.objects.create(course=course, language="en", asked_by=UserFactory(), asked_at=timezone.now())
            now = timezone.now()
            facts = {"brought_by": UserFactory(), "brought_at": now, "made_at": now, "digest": "", "total": 3}
            ClassroomReturn.objects.create(file=klass.file, **facts)

    more(2)
    asked()
    few = asked()
    more(18)
    assert asked() == few
