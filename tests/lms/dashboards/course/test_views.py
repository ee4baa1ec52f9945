import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from courses.catalogue.models import CourseTeamMember
from courses.catalogue.services import ensure_course
from courses.lessons.models import LessonPage
from courses.lessons.services import ensure_lessons
from lms.accounts.models import InsightsLimit
from lms.measures.models import LessonDelta, Milestone, Subject
from lms.measures.services import record_milestone
from tests.factories.accounts import EditorFactory, InstitutionFactory, InstructorFactory, ProgrammeLeadFactory
from tests.factories.lessons import course_with_lessons

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
TABLES = ("lessons", "skipped", "times", "quizzes", "days")


@pytest.fixture
def page():
    return course_with_lessons(3, title="Genes & dangers")


@pytest.fixture
def institution():
    return InstitutionFactory(name="Example Hospital")


@pytest.fixture
def course(page, institution):
    """200 people of Ghana and 100 of Nepal, who are of an institution, began; fewer and fewer finished its three lessons."""
    course = ensure_course(page)
    pages = LessonPage.objects.descendant_of(page).order_by("path")
    lessons = ensure_lessons(course, {str(one.translation_key): one.title for one in pages})
    for country, of_institution, reached in (("GH", None, (200, 150, 60)), ("NP", institution.pk, (100, 90, 80))):
        about = {"country": country, "tier": "P", "institution_id": of_institution}
        subject = Subject(course_id=course.pk, cohort=NOW, **about)
        record_milestone(Milestone.STARTED, subject, at=NOW, count=reached[0])
        for lesson, people in zip(lessons, reached, strict=True):
            LessonDelta.objects.create(lesson_id=lesson.pk, touched=people, done=people, minutes=12, **about)
    return course


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def teacher_client(client, course):
    teacher = InstructorFactory()
    CourseTeamMember.objects.create(course=course, member=teacher)
    client.force_login(teacher)
    return client


@pytest.fixture
def lead():
    return ProgrammeLeadFactory()


@pytest.fixture
def lead_client(client, lead):
    client.force_login(lead)
    return client


def lines_of(answer) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_who_teaches_sees_where_people_stop_and_goes_on_to_the_lesson(teacher_client, course, page):
    shown = teacher_client.get(reverse("teach_insights", args=[course.pk])).content.decode()
    assert "Genes &amp; dangers loses most at 1.2 and 1.3" in shown
    assert "Of 100 people who began, 80 finished lesson 1.2, 47 lesson 1.3" in shown
    lesson = LessonPage.objects.descendant_of(page).first()
    assert f"/cms/pages/{lesson.pk}/edit/" in shown
    assert reverse("teach_appeals", args=[course.pk]) in shown


def test_who_teaches_sees_neither_tier_nor_country(teacher_client, course):
    shown = teacher_client.get(reverse("teach_insights", args=[course.pk]) + "?learners=country-GH").content.decode()
    assert "Ghana" not in shown
    assert "riority" not in shown
    assert "of 100 people who began, 80 finished" in shown.lower()


def test_a_lead_sees_all_or_some_and_no_link_to_what_they_may_not_edit(lead_client, course):
    address = reverse("insights_course", args=[course.pk])
    shown = lead_client.get(address).content.decode()
    assert "/cms/pages/" not in shown
    lines = lines_of(lead_client.get(f"{address}lessons.csv?learners=country-GH"))
    assert [line[1] for line in lines[1:]] == ["100", "75", "30"]
    assert lead_client.get(f"{address}times.csv?learners=country-GH").status_code == 404


def test_a_lead_who_edits_is_led_to_the_cms(client, course, page):
    both = ProgrammeLeadFactory()
    both.groups.add(*EditorFactory().groups.all())
    client.force_login(both)
    shown = client.get(reverse("insights_course", args=[course.pk])).content.decode()
    assert f'/cms/pages/{page.pk}/edit/">Edit in the CMS' in shown


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("table", TABLES)
def test_a_file_has_the_columns_of_the_page_and_says_for_whom_it_is(teacher_client, course, table, kind):
    answer = teacher_client.get(reverse(f"teach_insights_{kind}", args=[course.pk, table]))
    assert f"course-{course.pk}-{table}-" in answer["Content-Disposition"]
    if kind == "csv":
        [head, *_lines] = lines_of(answer)
        assert head[-1].startswith("Made for ")
    else:
        sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
        head = [cell.value for cell in next(sheet.iter_rows())]
    shown = teacher_client.get(reverse("teach_insights", args=[course.pk])).content.decode()
    names = [name for name in head if name != "Note" and not name.startswith("Made for ")]
    if (
        table != "skipped" and table != "days"
    ):  # where nothing is passed over, or nobody has finished, there is no table
        assert all(f">{name}</th>" in shown for name in names)


def test_an_unknown_table_is_not_found(teacher_client, course):
    assert teacher_client.get(reverse("teach_insights_csv", args=[course.pk, "people"])).status_code == 404


def figures_by(client, course, query="") -> list:
    address = reverse("insights_course", args=[course.pk])
    page = client.get(address + query)
    return [page.context["sheets"]["lessons"].lines, page.context["insights"].totals, page.context["of_whom"]]


LIMITS = [{"country": "NP"}, {"institution": True}]


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limited_lead_sees_only_theirs_whatever_the_address_says(lead_client, lead, course, institution, limit):
    InsightsLimit.objects.create(person=lead, **({"institution": institution} if "institution" in limit else limit))
    theirs = figures_by(lead_client, course)
    assert [line[1] for line in theirs[0]] == [100, 90, 80]
    queries = ("country-GH", "country-NP", "tier-P", "institution-1", f"institution-{institution.pk}", "", "country-")
    for query in (f"?learners={one}&country=GH&institution=1&tier=P" for one in queries):
        assert figures_by(lead_client, course, query) == theirs
    address = reverse("insights_course", args=[course.pk])
    assert [line[1] for line in lines_of(lead_client.get(f"{address}lessons.csv?learners=country-GH"))[1:]] == [
        *("100", "90", "80")
    ]
    for table in ("times", "quizzes", "days"):
        for kind in ("csv", "xlsx"):
            assert lead_client.get(f"{address}{table}.{kind}").status_code == 404
    assert "Ghana" not in lead_client.get(address).content.decode()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=20),
        st.builds("{}-{}".format, st.sampled_from(["tier", "country", "institution", "x"]), st.text(max_size=12)),
    )
)
def test_an_address_with_what_does_not_exist_shows_everybody(lead_client, course, asked):
    answer = lead_client.get(reverse("insights_course", args=[course.pk]), {"learners": asked})
    assert answer.status_code == 200


def test_the_editor_of_a_course_leads_to_how_it_is_going(teacher_client, course, page):
    shown = teacher_client.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert reverse("teach_insights", args=[course.pk]) in shown
