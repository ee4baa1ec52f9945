"""An organiser imports who came: looks through it, settles whom nobody can tell, and takes the result away."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.webinars.models import Attendance, AttendanceDraft, AttendanceList, Presence
from courses.webinars.services.registrations import register
from tests.factories.accounts import AdministratorFactory, InstructorFactory, UserFactory
from tests.factories.webinars import dated_webinar

pytestmark = pytest.mark.django_db
HEAD = "Name,Email,Join Time,Leave Time\n"


@pytest.fixture
def webinar():
    """An hour that began a day ago."""
    return dated_webinar(now=timezone.now().replace(microsecond=0) - timedelta(days=4))


@pytest.fixture
def organiser(settings, client):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    organiser = AdministratorFactory(name="Organiser One")
    client.force_login(organiser)
    return organiser


def come(webinar, **fields):
    return register(webinar, UserFactory(**fields), now=webinar.starts_at - timedelta(days=1))


def line(webinar, name, email="", *, begins=0, ends=60):
    times = (webinar.starts_at + timedelta(minutes=minutes) for minutes in (begins, ends))
    return ",".join([name, email, *(f"{time:%Y-%m-%d %H:%M:%S}" for time in times)]) + "\n"


def address(view, webinar, *more):
    return reverse(view, args=[webinar.pk, *more])


def upload(client, webinar, *lines, zone="UTC", data=None):
    file = SimpleUploadedFile("list.csv", data or (HEAD + "".join(lines)).encode())
    path = address("teach_attendance_import", webinar)
    return client.post(path, {"file": file, "zone": zone}, follow=True).content.decode()


def check(client, webinar, step, **data):
    return client.post(address("teach_attendance_check", webinar), {step: "1", **data}, follow=True).content.decode()


def page(client, webinar):
    return client.get(address("teach_attendance", webinar)).content.decode()


def in_words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_list_is_uploaded_looked_through_confirmed_and_taken_away(client, organiser, webinar):
    known, named = come(webinar), come(webinar, name="Learner Two")
    lines = [
        line(webinar, "Whoever", known.person.email),
        line(webinar, "learner two", ends=20),
        line(webinar, "iPhone"),
    ]
    text = in_words(upload(client, webinar, *lines))
    assert "Known by e-mail address 1 Known by name 1 Not known 1" in text
    assert not Presence.objects.exists()
    text = in_words(check(client, webinar, "import", **{"line-3": named.pk, "line-4": "nobody"}))
    assert "2 people came" in text
    assert {(row.registration_id, row.minutes) for row in Attendance.objects.all()} == {(known.pk, 60), (named.pk, 20)}
    csv = b"".join(client.get(address("teach_attendance_csv", webinar)).streaming_content).decode("utf-8-sig")
    assert csv.splitlines() == ["Name,Minutes,Attended", f"{known.person.name},60,yes", "Learner Two,20,no"]


def test_who_was_left_for_later_is_settled_by_a_search_and_can_be_settled_anew(client, organiser, webinar):
    one, two = come(webinar, name="Learner One"), come(webinar, name="Somebody Else")
    upload(client, webinar, line(webinar, "iPhone"))
    assert "1 name in lists is of nobody known" in in_words(check(client, webinar, "import"))
    path = address("teach_attendance_person", webinar, Presence.objects.get().pk)
    assert "Learner One" not in client.get(path).content.decode()
    assert "Learner One" in client.get(f"{path}?q=one").content.decode()
    client.post(f"{path}?q=one", {"who": one.pk})
    client.post(f"{path}?q=else", {"who": two.pk})
    assert [Attendance.objects.get(registration=who).minutes for who in (one, two)] == [0, 60]
    assert "Somebody Else" in client.get(path).content.decode()
    client.post(path, {"who": "nobody"})
    assert "Nobody who is registered" in page(client, webinar)


def test_a_list_of_another_clock_is_told_and_read_anew(client, organiser, webinar):
    here = come(webinar)
    row = line(webinar, "Whoever", here.person.email, begins=345 + 7, ends=405 + 7)
    assert "most of these people were there before or after" in upload(client, webinar, row)
    text = check(client, webinar, "clock", zone="Asia/Kathmandu", minutes_ahead=7)
    assert "most of these people were there before or after" not in text
    check(client, webinar, "import")
    assert here.attendance.minutes == 60
    assert Presence.objects.get().joined_at == webinar.starts_at


def test_columns_in_an_unknown_language_are_asked_for(client, organiser, webinar):
    text = (HEAD + line(webinar, "A")).replace(HEAD, "Jina,Barua,Alijiunga,Aliondoka\n").encode()
    assert "Which column is which?" in upload(client, webinar, data=text)
    twice = check(client, webinar, "columns", name="Jina", joined="Jina", left="Aliondoka")
    assert "One column cannot be two things." in twice
    right = check(client, webinar, "columns", name="Jina", email="Barua", joined="Alijiunga", left="Aliondoka")
    assert "Look through the list" in right


def test_a_list_that_is_let_go_leaves_nothing(client, organiser, webinar):
    upload(client, webinar, line(webinar, "A"))
    assert "You have uploaded “list.csv” and not confirmed it yet" in page(client, webinar)
    assert "the file is deleted" in check(client, webinar, "discard")
    assert not AttendanceDraft.objects.exists()
    assert client.get(address("teach_attendance_check", webinar)).status_code == 302


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\0", "This is not a text file."),
        ((HEAD + "A,,yesterday,today\n").encode(), "Line 2 has “yesterday”"),
        ((HEAD + "A,,9999-12-31 23:59,9999-12-31 23:59\n").encode(), "Line 2 tells 9999-12-31"),
        ((HEAD + "Zoë").encode("cp1252"), "Line 2 is not in UTF-8"),
        ((HEAD + "A,,2027-01-01 10:00,2027-01-01 11:00\n" * 100_000).encode()[:4_900_000], "more than 50000 lines"),
        (b"x" * 5_000_001, "larger than 5 MB"),
        (b"x" * 5_100_000, "larger than 5 MB"),
    ],
    ids=["NUL", "a word", "absurd date", "encoding", "many rows", "large", "too large to be read"],
)
def test_a_hostile_file_is_refused_with_its_line(client, organiser, webinar, data, said):
    assert said in upload(client, webinar, data=data)
    assert not AttendanceDraft.objects.exists()


def test_what_claims_two_gigabytes_is_refused_before_it_is_read(organiser, webinar, client):
    class Unread:
        def read(self, *_arguments):
            raise AssertionError("Somebody reads it.")

        readline = read

    path = address("teach_attendance_import", webinar)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    answer = client.generic(
        "POST",
        path,
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": "2000000000", "HTTP_COOKIE": cookies},
    )
    assert answer.headers["Location"] == path
    assert "larger than 5 MB" in client.get(path).content.decode()


def test_without_its_token_a_file_is_not_taken(organiser, webinar):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(organiser)
    file = SimpleUploadedFile("list.csv", (HEAD + line(webinar, "A")).encode())
    answer = strict.post(address("teach_attendance_import", webinar), {"file": file, "zone": "UTC"})
    assert answer.status_code == 403
    assert not AttendanceDraft.objects.exists()


def test_the_same_file_again_is_said_to_be_there(client, organiser, webinar):
    lines = [line(webinar, "A")] * 2
    upload(client, webinar, *lines)
    check(client, webinar, "import")
    assert "imported already, as “list.csv”" in upload(client, webinar, *lines)
    assert AttendanceList.objects.count() == 1


def test_a_list_is_deleted_after_a_question_and_counts_no_more(client, organiser, webinar):
    here = come(webinar)
    upload(client, webinar, line(webinar, "A", here.person.email))
    check(client, webinar, "import")
    path = address("teach_attendance_take_back", webinar, AttendanceList.objects.get().pk)
    assert "Delete this list?" in client.get(path).content.decode()
    assert here.attendance.minutes == 60
    assert "nothing of it counts any more" in client.post(path, follow=True).content.decode()
    here.attendance.refresh_from_db()
    assert here.attendance.minutes == 0


def test_formulas_are_shown_as_text_and_leave_as_text(client, organiser, webinar):
    here = come(webinar, name='=HYPERLINK("http://example.org")')
    hostile = '"=HYPERLINK(""http://example.org"")",,' + line(webinar, "x").split(",", 2)[2]
    assert "<script>" not in upload(client, webinar, hostile, line(webinar, "<script>alert(1)</script>"))
    check(client, webinar, "import", **{"line-2": here.pk})
    assert "<script>alert" not in page(client, webinar)
    csv = b"".join(client.get(address("teach_attendance_csv", webinar)).streaming_content).decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("\"'=HYPERLINK")


def test_an_address_is_shown_to_who_uploaded_it_alone(client, organiser, webinar, settings):
    person = come(webinar).person
    upload(client, webinar, line(webinar, "iPhone", "private@example.org"))
    check(client, webinar, "import")
    assert "private@example.org" in page(client, webinar)
    path = address("teach_attendance_person", webinar, Presence.objects.get().pk)
    assert "private@example.org" in client.get(path).content.decode()
    client.force_login(AdministratorFactory())
    for shown in (page(client, webinar), client.get(path).content.decode()):
        assert "private@example.org" not in shown
        assert person.email not in shown


def test_before_it_began_nothing_can_be_imported(client, organiser):
    webinar = dated_webinar(now=timezone.now())
    assert "Once the webinar has begun" in page(client, webinar)
    assert "has not taken place" in upload(client, webinar, line(webinar, "A"))


def test_who_organises_another_webinar_finds_none_of_this(client, organiser, webinar):
    upload(client, webinar, line(webinar, "A"))
    check(client, webinar, "import")
    other = dated_webinar(days=9)
    other.organisers.add(other_organiser := InstructorFactory())
    client.force_login(other_organiser)
    assert client.get(address("teach_attendance", other)).status_code == 200
    for view in ("teach_attendance", "teach_attendance_csv", "teach_attendance_import", "teach_attendance_check"):
        assert client.get(address(view, webinar)).status_code == 404
    path = address("teach_attendance_person", webinar, Presence.objects.get().pk)
    assert client.post(path, {"who": "nobody"}).status_code == 404


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 5000, "q=%FF", "page=-1", "page=" + "9" * 5000])
def test_whatever_stands_in_the_address_a_page_answers(client, organiser, webinar, query):
    upload(client, webinar, line(webinar, "A"))
    check(client, webinar, "import")
    for path in (
        address("teach_attendance", webinar),
        address("teach_attendance_person", webinar, Presence.objects.get().pk),
    ):
        assert client.get(f"{path}?{query}").status_code == 200


def test_every_page_with_people_on_it_is_valid_html(client, organiser, webinar, validate_html):
    named, here = come(webinar, name="Learner One"), come(webinar)
    lines = [line(webinar, name) for name in ("Learner One", "iPhone", "A Stranger")]
    check_page = upload(client, webinar, *lines, line(webinar, "Whoever", here.person.email))
    came = check(client, webinar, "import", **{"line-2": named.pk, "line-4": "nobody"})
    pages = [check_page, came, client.get(address("teach_attendance_import", webinar)).content.decode()]
    for presence in Presence.objects.all():
        pages.append(client.get(address("teach_attendance_person", webinar, presence.pk)).content.decode())
    path = address("teach_attendance_take_back", webinar, AttendanceList.objects.get().pk)
    pages.append(client.get(path).content.decode())
    pages.append(upload(client, webinar, data=b"Jina,Alijiunga\nA,B\n"))
    assert [problem for html in pages for problem in validate_html(html)] == []


def test_many_people_cost_as_many_queries_as_two(client, organiser, webinar):
    def add(number):
        people = [come(webinar, password="!").person for _number in range(number)]
        lines = [line(webinar, person.name, person.email) for person in people]
        upload(client, webinar, *lines, *(line(webinar, f"Stranger {person.pk}") for person in people))
        return queries(lambda: client.get(address("teach_attendance_check", webinar)))

    def queries(act):
        with CaptureQueriesContext(connection) as seen:
            act()
        return len(seen)

    few = add(2)
    check(client, webinar, "import")
    few_shown = queries(lambda: page(client, webinar))
    assert add(40) == few
    check(client, webinar, "import")
    assert queries(lambda: page(client, webinar)) == few_shown
