import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from openpyxl import load_workbook

from lms.accounts.models import InsightsLimit
from lms.accounts.roles import PROGRAMME_LEADS
from lms.dashboards.rules import add_months
from tests.counts import count_up
from tests.factories.accounts import UserFactory
from tests.factories.catalogue import CourseFactory
from tests.worn_style import without_style

pytestmark = pytest.mark.django_db

FILES = [f"/insights/{table}.{kind}" for table in ("courses", "countries", "months") for kind in ("csv", "xlsx")]
HOSTILE = [
    *("course=0", "course=-1", "course=99999999999999999999", "course=1%20OR%201=1", "course=%00", "course=٣"),
    *("country=XX", "country=%3Cscript%3E", "country=gh", "country=GH&country=NP"),
    *("period=2026-13", "period=0000-00", "period=9999-12", "period=2026-11-01", "period=%FF%FE"),
    "course=" + "9" * 5000,
]

TABLES = (
    *("courses", "countries", "months", "funnel", "tiers", "gap", "regions"),
    *("incomes", "professions", "languages", "devices", "days", "webinars"),
)


@pytest.fixture
def lead(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    lead = UserFactory()
    lead.groups.add(Group.objects.get(name=PROGRAMME_LEADS))
    return lead


@pytest.fixture
def lead_client(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def figures():
    """Two courses with learners of three countries, one of them of few; this month and last."""
    course = CourseFactory(title="Genes & dangers, =1+1")
    other = CourseFactory(title="=HYPERLINK(“x”)")
    this_month = timezone.now().date().replace(day=1)
    for month in (this_month, add_months(this_month, -1)):
        count_up(
            ((course_id, country, month, milestone), count)
            for course_id, country, count in (
                (course.pk, "GH", 40),
                (course.pk, "NP", 15),
                (other.pk, "GH", 20),
                (other.pk, "CI", 1),
            )
            for milestone in ("enrolled", "completed", "certified")
        )
    return course


def table_in(page: str, first_heading: str) -> list[list[str]]:
    """Return the rows of a page's table by the name of its first column, as plain text."""
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        rows = [
            [
                re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip()
                for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
            ]
            for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        ]
        if rows[0][0] == first_heading:
            return rows
    raise AssertionError(f"no table begins with {first_heading}")


def lines_of(response) -> list[list[str]]:
    assert response.status_code == 200
    assert response.content.startswith(b"\xef\xbb\xbf")  # Excel takes the file for UTF-8
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", ["/insights/", "/fr/insights/", *FILES])
def test_signed_out_people_are_sent_to_sign_in_and_come_back(client, path):
    response = client.get(f"{path}?country=GH")
    assert response.status_code == 302
    assert "/accounts/login/?next=" in response["Location"]
    assert "insights" in response["Location"].partition("next=")[2]


@pytest.mark.parametrize("path", ["/insights/", *FILES])
def test_whoever_is_no_programme_lead_finds_nothing_here(client, path):
    client.force_login(UserFactory())
    assert client.get(path).status_code == 404


def test_a_lead_sees_figures_charts_and_their_tables(lead_client, figures):
    response = lead_client.get("/insights/")
    page = response.text
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert table_in(page, "Course")[0] == ["Course", "Enrolments", "Completions", "Certificates"]
    assert table_in(page, "Country")[0] == ["Country", "Enrolments", "Completions", "Certificates"]
    assert len(table_in(page, "Month")) == 3
    assert "Genes &amp; dangers, =1+1 has most enrolments, 110 of 152" in page
    assert not re.search(r"<style|<script(?![^>]*src)| style=| on\w+=", without_style(page))


@pytest.mark.parametrize("query", ["", "?country=GH", "?course={course}"])
def test_page_and_file_show_the_same(lead_client, figures, query):
    query = query.format(course=figures.pk)
    page = lead_client.get(f"/insights/{query}").text
    for name, heading in (("courses", "Course"), ("months", "Month")):
        shown = table_in(page, heading)
        lines = lines_of(lead_client.get(f"/insights/{name}.csv{query}"))
        assert lines[0][:-1] == shown[0]
        assert [line[1:-1] for line in lines[1:]] == [row[1:] for row in shown[1:]]
    lines = lines_of(lead_client.get(f"/insights/countries.csv{query}"))
    assert lines[0][:-1] == table_in(page, "Country")[0]


def test_what_is_withheld_on_the_page_is_withheld_in_every_file(lead_client, figures):
    (withheld,) = (line for line in lines_of(lead_client.get("/insights/countries.csv")) if "Ivoire" in line[0])
    assert withheld[1:-1] == ["withheld"] * 3
    book = load_workbook(io.BytesIO(lead_client.get("/insights/countries.xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0] == ("Country", "Enrolments", "Completions", "Certificates")
    assert rows[1] == ("Ghana", 120, 120, 120)
    assert ("withheld",) * 3 in [row[1:] for row in rows]


def test_no_title_becomes_a_formula_in_a_spreadsheet(lead_client, figures):
    names = [line[0] for line in lines_of(lead_client.get("/insights/courses.csv"))]
    assert "'=HYPERLINK(“x”)" in names
    book = load_workbook(io.BytesIO(lead_client.get("/insights/courses.xlsx").content))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


def test_files_are_downloads_that_say_for_whom_and_when(lead, lead_client, figures):
    lead.name = "Ama Example, =1"
    lead.save()
    response = lead_client.get("/insights/months.csv")
    name = f"genomed-months-{timezone.now():%Y-%m-%d}-for-ama-example-1"
    assert response["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    [*_head, mark], *rows = lines_of(response)
    assert mark.startswith(f"Made for Ama Example, =1 <{lead.email}> on ")
    assert {row[-1] for row in rows} == {""}
    workbook = lead_client.get("/insights/months.xlsx")
    assert workbook["Content-Disposition"] == f'attachment; filename="{name}.xlsx"'
    book = load_workbook(io.BytesIO(workbook.content))
    assert book["About"]["A1"].value == book.properties.description == mark
    assert book.properties.creator == f"Ama Example, =1 <{lead.email}>"


def test_the_files_are_csv_with_a_line_for_each_month(lead_client, figures):
    response = lead_client.get("/insights/months.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert len(lines_of(response)) == 3
    assert lines_of(response)[-1][0] == f"{timezone.now():%Y-%m}"


def test_a_file_of_course_and_country_by_month_holds_its_heading_alone(lead_client, figures):
    lines = lines_of(lead_client.get(f"/insights/months.csv?course={figures.pk}&country=GH"))
    assert [line[:-1] for line in lines] == [["Month", "Enrolments", "Completions", "Certificates"]]
    assert "Figures by month are shown" in lead_client.get(f"/insights/?course={figures.pk}&country=GH").text


def test_the_filters_in_use_go_along_to_the_files(lead_client, figures):
    page = lead_client.get(f"/insights/?course={figures.pk}&country=GH&nonsense=1").text
    assert f"/insights/courses.csv?course={figures.pk}&amp;country=GH" in page
    assert not re.search(r"\.(csv|xlsx)\?[^\"]*nonsense", page)


@pytest.mark.parametrize("query", HOSTILE)
def test_values_that_do_not_exist_are_passed_over(lead_client, figures, query):
    for path in ("/insights/", "/insights/countries.csv", "/insights/countries.xlsx"):
        response = lead_client.get(f"{path}?{query}")
        assert response.status_code == 200
        assert b"<script>" not in response.content


def test_an_unknown_table_is_not_there(lead_client):
    for path in ("/insights/people.csv", "/insights/people.xlsx", "/insights/courses.json", "/insights/../courses.csv"):
        assert lead_client.get(path).status_code == 404


def test_nothing_is_changed_by_posting(lead_client):
    assert lead_client.post("/insights/").status_code == 405


def test_an_academy_without_learners_says_so(lead_client):
    page = lead_client.get("/insights/").text
    assert "Nobody has enrolled in this period." in page
    assert "There are no courses yet." in page


def test_the_page_asks_the_same_number_of_queries_for_2_courses_and_20(
    lead_client, figures, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40) as few:
        lead_client.get("/insights/")
    month = timezone.now().date().replace(day=1)
    for number in range(20):
        course = CourseFactory()
        count_up([((course.pk, "IN", month, "enrolled"), 10 + number)])
    with django_assert_max_num_queries(40) as many:
        lead_client.get("/insights/")
    assert len(many) == len(few)


@pytest.mark.parametrize("query", ["", "?country=GH", "?course=1&country=GH"])
def test_the_page_is_valid_html(lead_client, figures, validate_html, query):
    assert validate_html(lead_client.get(f"/insights/{query}").text) == []


def test_a_period_long_past_can_be_asked_for(lead_client, figures):
    long_ago = date(2024, 1, 1)
    count_up([((figures.pk, "GH", long_ago, "enrolled"), 33)])
    periods = re.findall(r'<option value="(\d{4}-\d{2})"', lead_client.get("/insights/").text)
    assert len(periods) >= 2
    page = lead_client.get(f"/insights/?period={periods[-1]}").text
    assert ">33<" in re.sub(r"\s+", "", page)
    first_offered = datetime.strptime(periods[-1], "%Y-%m").replace(tzinfo=UTC).date()
    assert first_offered - timedelta(days=366) < long_ago <= first_offered


@pytest.fixture
def limited(lead, figures):
    """A lead who sees people of Ghana; in Nepal and elsewhere there are others."""
    InsightsLimit.objects.create(person=lead, country="GH")
    return lead


def test_a_limited_lead_sees_theirs_and_no_choice_of_others(lead_client, limited):
    page = lead_client.get("/insights/?country=NP").text
    assert "You see learners who work in Ghana." in page
    assert "Nepal" not in page
    for heading in ("Course", "Country", "Profession"):
        assert table_in(page, heading) == table_in(lead_client.get("/insights/").text, heading)


@pytest.mark.parametrize(
    "query", ["country=NP", "country=CI", "course=1&country=NP", "tier=P&country=NP", "institution=3"]
)
def test_no_file_of_a_limited_lead_has_another_countrys_figures(lead_client, limited, query):
    for table in TABLES:
        asked = without_mark(lead_client.get(f"/insights/{table}.csv?{query}"))
        assert "Nepal" not in asked
        own = query.replace("country=NP", "").replace("country=CI", "").replace("institution=3", "")
        assert asked == without_mark(lead_client.get(f"/insights/{table}.csv?{own}"))


def without_mark(answer) -> str:
    """Return a table as text, less the minute at which it was made: the next file may be of another."""
    return re.sub(r"\d\d:\d\d \(UTC\)", "", answer.content.decode())


def test_what_cannot_be_told_by_country_is_closed_to_a_limited_lead(lead_client, limited):
    for path in ("/insights/seats/", "/insights/seats.csv"):
        assert lead_client.get(path).status_code == 404
    assert "/insights/seats/" not in lead_client.get("/insights/").text


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_a_file(lead_client, figures, table):
    assert lead_client.get(f"/insights/{table}.xlsx").status_code == 200
    assert len(lines_of(lead_client.get(f"/insights/{table}.csv"))) >= 1
