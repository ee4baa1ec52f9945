import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.assessments.models import Quiz
from courses.enrolment.models import CourseRun, Enrolment
from lms.dashboards.teaching import views
from tests.factories.accounts import (
    AdministratorFactory,
    EditorFactory,
    InstructorFactory,
    ProgrammeLeadFactory,
    UserFactory,
)
from tests.factories.assessments import quiz_with_questions
from tests.factories.catalogue import CourseFactory, CoursePageFactory, CourseTeamMemberFactory
from tests.factories.enrolment import CourseRunFactory, EnrolmentFactory
from tests.factories.lessons import ModulePageFactory
from tests.factories.progress import NOW, enrolled, take_quiz
from tests.worn_style import without_style

pytestmark = pytest.mark.django_db

HOSTILE = [
    *("state=nonsense", "run=0", "run=%00", "run=" + "9" * 5000, "idle=-1", "idle=x", "idle=99999999999"),
    *("order=learner__password", "order=country", "page=0", "page=-1", "page=x", "page=" + "9" * 5000),
    *("q=%00", "q=%FF%FE", "q=" + "x" * 5000, "q=%3Cscript%3Ealert(1)%3C/script%3E", "state=active&state=completed"),
]


@pytest.fixture
def teacher(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return InstructorFactory()


@pytest.fixture
def course(teacher):
    course = CourseFactory(title="Genes & dangers")
    CourseTeamMemberFactory(course=course, member=teacher)
    return course


@pytest.fixture
def quiz(teacher):
    """A quiz of two questions that twelve learners tried: all were right in the first, half in the second."""
    page = quiz_with_questions(2, module=ModulePageFactory(parent=CoursePageFactory()))
    course = page.get_parent().get_parent().specific
    first, second = (use.question_id for use in page.quiz_questions.order_by("sort_order"))
    for number in range(12):
        answers = {first: ["right"], second: ["right"] if number % 2 else ["wrong"]}
        learner = UserFactory(name=f"Secret Name {number}", country="BT")
        take_quiz(enrolled(course, learner), page, answers, now=NOW)
    quiz = Quiz.objects.get()
    CourseTeamMemberFactory(course=quiz.course, member=teacher)
    return quiz


@pytest.fixture
def teacher_client(client, teacher):
    client.force_login(teacher)
    return client


def pages_of(course) -> list[str]:
    return [f"/teach/{course.pk}/learners/", f"/teach/{course.pk}/learners.csv"]


def pages_about(quiz) -> list[str]:
    return [f"/teach/{quiz.course_id}/quizzes/", f"/teach/{quiz.course_id}/quizzes/{quiz.pk}/"]


def text_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8-sig")


def lines_of(response) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(text_of(response))))


def test_signed_out_people_are_sent_to_sign_in_and_come_back(client, course):
    for path in ("/teach/", *pages_of(course)):
        response = client.get(f"{path}?state=active")
        assert response.status_code == 302
        assert "/accounts/login/?next=" in response["Location"]
        assert "teach" in response["Location"].partition("next=")[2]


@pytest.mark.parametrize("stranger", [UserFactory, EditorFactory, ProgrammeLeadFactory, InstructorFactory])
def test_whoever_does_not_teach_the_course_finds_nothing_of_it(client, course, stranger):
    client.force_login(stranger())
    for path in pages_of(course):
        assert client.get(path).status_code == 404, path


def test_staff_need_their_second_factor(client, course, settings, teacher):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    client.force_login(teacher)
    for path in ("/teach/", *pages_of(course)):
        assert "/accounts/2fa/" in client.get(path)["Location"]


def test_a_course_that_is_not_there_is_not_there(teacher_client):
    for number in ("0", "999999", "9" * 40):
        assert teacher_client.get(f"/teach/{number}/learners/").status_code == 404


def test_a_teacher_finds_their_courses_and_how_many_learn_in_them(teacher_client, course, validate_html):
    EnrolmentFactory(course=course)
    CourseFactory(title="Another's course")
    response = teacher_client.get("/teach/")
    page = response.text
    assert "private" in response["Cache-Control"]
    assert "Genes &amp; dangers" in page
    assert "Another" not in page
    assert f'href="/teach/{course.pk}/learners/"' in page
    assert validate_html(page) == []


def test_an_instructor_without_a_course_is_told_how_one_is_given(teacher_client):
    assert "An editor appoints you to a course team" in teacher_client.get("/teach/").text


def test_page_and_file_show_the_same_learners_under_the_same_filters(teacher_client, course, validate_html):
    for name in ("Ama <b>Mensah</b>", "Binod Rai"):
        EnrolmentFactory(course=course, learner=UserFactory(name=name))
    EnrolmentFactory(course=course, state=Enrolment.State.WITHDRAWN)
    page, file = pages_of(course)
    html = teacher_client.get(f"{page}?state=active&order=name&nonsense=1").text
    assert validate_html(html) == []
    assert "Ama &lt;b&gt;Mensah" in html
    assert f'href="{file}?state=active&amp;order=name"' in html
    head, *lines = lines_of(teacher_client.get(f"{file}?state=active&order=name"))
    assert head == re.findall(r'<th scope="col">([^<]+)</th>', html)
    assert [line[0] for line in lines] == ["Ama <b>Mensah</b>", "Binod Rai"]
    assert lines[0][1:5] == ["Active", "0%", "0 / 0", "0 / 0"]


def test_a_search_that_finds_too_many_says_so(teacher_client, course, monkeypatch, validate_html):
    for number in range(4):
        EnrolmentFactory(course=course, learner=UserFactory(name=f"Ama {number}"))
    monkeypatch.setattr(views, "MOST_FOUND", 3)
    page, file = pages_of(course)
    html = teacher_client.get(f"{page}?q=ama").text
    assert validate_html(html) == []
    assert "The first 3 enrolments found" in html
    assert "Write more of it" in html
    assert len(lines_of(teacher_client.get(f"{file}?q=ama"))) == 1 + 4
    for narrow in ("?q=ama+1", ""):
        assert "Write more of it" not in teacher_client.get(page + narrow).text


def test_the_file_is_a_download_that_excel_takes_for_utf_8(teacher_client, course):
    response = teacher_client.get(pages_of(course)[1])
    assert response["Content-Disposition"] == 'attachment; filename="genomed-learners.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "private" in response["Cache-Control"]
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")


def test_no_name_becomes_a_formula_in_a_spreadsheet(teacher_client, course):
    EnrolmentFactory(course=course, learner=UserFactory(name='=HYPERLINK("http://example.org")'))
    lines = lines_of(teacher_client.get(pages_of(course)[1]))
    assert lines[1][0] == '\'=HYPERLINK("http://example.org")'


def test_runs_are_told_apart_where_there_are_several(teacher_client, course):
    page, file = pages_of(course)
    EnrolmentFactory(course=course)
    assert 'name="run"' not in teacher_client.get(page).text
    cohort = CourseRunFactory(course=course, kind=CourseRun.Kind.COHORT)
    EnrolmentFactory(course=course, run=cohort)
    assert "Cohort with a teacher" in teacher_client.get(page).text
    assert [line[1] for line in lines_of(teacher_client.get(f"{file}?run={cohort.pk}"))] == [
        "Run",
        "Cohort with a teacher",
    ]


def test_neither_country_nor_address_of_a_learner_is_sent(teacher_client, course):
    learner = UserFactory(name="Ama Mensah", email="ama@secret.example", country="BT")
    EnrolmentFactory(course=course, learner=learner)
    for path in ("/teach/", *pages_of(course)):
        text = text_of(teacher_client.get(path))
        for secret in ("secret.example", "Bhutan", '"BT"', ",BT", "priority", "standard", " tier", " fee"):
            assert secret not in text, (path, secret)


@pytest.mark.parametrize("query", HOSTILE)
def test_values_that_do_not_exist_are_passed_over(teacher_client, course, query):
    EnrolmentFactory(course=course)
    for path in pages_of(course):
        response = teacher_client.get(f"{path}?{query}")
        assert response.status_code == 200
        assert "<script>alert" not in text_of(response)


def test_nothing_is_changed_by_posting(teacher_client, course):
    for path in ("/teach/", *pages_of(course)):
        assert teacher_client.post(path).status_code == 405


def test_the_list_takes_the_same_number_of_queries_for_2_learners_and_200(teacher_client, course):
    page = pages_of(course)[0]

    def queries_for() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert teacher_client.get(page).status_code == 200
        return len(asked)

    EnrolmentFactory.create_batch(2, course=course)
    few = queries_for()
    EnrolmentFactory.create_batch(198, course=course)
    assert queries_for() == few
    assert "Page 1 of 4" in re.sub(r"\s+", " ", teacher_client.get(page).text)


def test_the_overview_takes_the_same_number_of_queries_for_2_courses_and_20(client, course, settings):
    client.force_login(AdministratorFactory())

    def queries_for() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/teach/").status_code == 200
        return len(asked)

    few = queries_for()
    for _ in range(19):
        EnrolmentFactory()
    assert queries_for() == few


@pytest.mark.parametrize("prefix", ["/ar", "/fr"])
def test_the_view_opens_in_other_languages(teacher_client, course, prefix):
    assert teacher_client.get(f"{prefix}/teach/{course.pk}/learners/").status_code == 200


def test_a_quiz_shows_what_its_answers_say(teacher_client, quiz, validate_html):
    listed, page = (teacher_client.get(path).text for path in pages_about(quiz))
    assert f'href="{pages_about(quiz)[1]}"' in listed
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "2 of 2 questions are worth a look" in text
    assert "Nearly everyone is right, 100 % on average" in text
    assert "Nobody chooses “worse answer”" in text
    assert "50 % (6)" in text
    for html in (listed, page):
        assert validate_html(html) == []
        assert not re.search(r"<style|<script(?![^>]*src)| style=| on\w+=", without_style(html))


def test_pages_about_a_quiz_name_no_learner(teacher_client, quiz):
    for path in pages_about(quiz):
        page = teacher_client.get(path).text
        assert not re.search(r"Secret Name|@example|Bhutan|\bBT\b", page.partition("<main")[2]), path


@pytest.mark.parametrize("stranger", [UserFactory, EditorFactory, ProgrammeLeadFactory, InstructorFactory])
def test_a_stranger_finds_no_quiz(client, quiz, stranger):
    client.force_login(stranger())
    for path in pages_about(quiz):
        assert client.get(path).status_code == 404, path


def test_a_quiz_is_found_in_its_own_course_alone(teacher_client, quiz, course):
    assert teacher_client.get(f"/teach/{course.pk}/quizzes/{quiz.pk}/").status_code == 404
    assert teacher_client.get(f"/teach/{quiz.course_id}/quizzes/{'9' * 40}/").status_code == 404


def test_a_course_without_quizzes_says_so(teacher_client, course):
    assert "no quizzes that learners have met" in teacher_client.get(f"/teach/{course.pk}/quizzes/").text


@pytest.mark.parametrize("prefix", ["/ar", "/fr"])
def test_figures_open_in_other_languages(teacher_client, quiz, prefix):
    for path in pages_about(quiz):
        assert teacher_client.get(prefix + path).status_code == 200
