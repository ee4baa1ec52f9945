"""What each role finds in the editor's menu, and that every entry opens."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.admin.menu import admin_menu
from wagtail.admin.ui.sidebar import LinkMenuItem, SubMenuItem

from courses.catalogue.models import CourseTeamMember
from tests.cms.conftest import a_course, signed_in
from tests.factories.accounts import InstructorFactory

pytestmark = pytest.mark.django_db


def entries(client) -> list[LinkMenuItem]:
    """Return the entries of the menu that a signed-in person sees, those of submenus included."""
    request = client.get("/cms/").wsgi_request
    return list(_leaves(admin_menu.render_component(request)))


def _leaves(items) -> Iterator[LinkMenuItem]:
    for item in items:
        if isinstance(item, SubMenuItem):
            yield from _leaves(item.menu_items)
        elif isinstance(item, LinkMenuItem):
            yield item


@pytest.fixture(params=["instructor", "editor", "lead", "administrator"])
def client(request, own):
    return request.getfixturevalue(request.param)


def test_every_entry_of_everybodys_menu_opens(client, other):
    for entry in entries(client):
        if entry.url.startswith("/"):
            answer = client.get(entry.url, follow=True)
            assert answer.status_code == 200, entry.url
            assert "do not have permission" not in answer.content.decode(), entry.url


def names(client) -> set[str]:
    return {str(entry.label) for entry in entries(client)}


def test_instructors_find_courses_and_questions_alone(instructor):
    found = names(instructor)
    assert {"Courses", "Questions", "Learners and results", "Images", "Documents"} <= found
    assert not found & {"Webinars", "Course teams", "Subjects", "Glossary terms", "References", "Users", "Redirects"}


def test_editors_find_the_whole_library(editor):
    assert {
        "Courses",
        "Questions",
        "Webinars",
        "Course teams",
        "Glossary terms",
        "References",
        "Subjects",
        "Instructors",
        "Institutions",
        "Redirects",
    } <= names(editor)


def test_leads_find_nothing_to_edit(lead):
    assert not names(lead) & {
        "Courses",
        "Questions",
        "Learners and results",
        "Webinars",
        "Course teams",
        "Images",
        "Glossary terms",
    }


def test_an_instructor_without_a_course_is_told_how_one_is_given():
    desk = signed_in(InstructorFactory()).get("/cms/").content.decode()
    assert "No course has been given to you yet" in desk


def test_the_desk_takes_the_same_number_of_queries_for_one_course_and_six(instructor, teacher):
    instructor.get("/cms/")
    with CaptureQueriesContext(connection) as few:
        instructor.get("/cms/")
    for number in range(5):
        CourseTeamMember.objects.create(course=a_course(title=f"More {number}").course, member=teacher)
    with CaptureQueriesContext(connection) as many:
        instructor.get("/cms/")
    assert len(many) <= len(few)


def test_the_academys_name_and_mark_stand_in_the_editor(editor):
    page = editor.get("/cms/").content.decode()
    assert "Dashboard - Genomed" in page
    assert "mark.svg" in page
    assert "gravatar" not in page
    assert reverse("courses:index") in page
