import pytest

from courses.catalogue.models import CourseTeamMember
from courses.offline.classroom.errors import NoSuchPerson
from courses.offline.classroom.models import ClassroomHost
from courses.offline.classroom.queries import courses_run_by, leads_team
from courses.offline.classroom.services.hosts import end_host, name_host
from lms.mail.models import OutgoingMail
from tests.factories.accounts import AdministratorFactory, InstructorFactory, UserFactory
from tests.factories.catalogue import CourseFactory
from tests.factories.classroom import confirmed
from tests.factories.progress import NOW

pytestmark = pytest.mark.django_db


def test_a_host_runs_classes_of_one_course_until_the_team_ends_it():
    course, other, person = CourseFactory(), CourseFactory(), confirmed()
    host = name_host(course, person.email.upper(), by=InstructorFactory(), now=NOW)
    assert list(courses_run_by(person)) == [course]
    assert not leads_team(person, course)
    assert other not in courses_run_by(person)
    end_host(host)
    assert not courses_run_by(person).exists()
    end_host(host)


def test_a_host_is_told_once_where_to_begin():
    course, person, by = CourseFactory(title="Genes"), confirmed(), InstructorFactory(name="Ama Teacher")
    name_host(course, person.email, by=by, now=NOW)
    name_host(course, person.email, by=by, now=NOW)
    mail = OutgoingMail.objects.get(to=person.email)
    assert f"/classrooms/{course.pk}/" in mail.text
    assert "Ama Teacher has named you as a host of “Genes”" in mail.text
    assert ClassroomHost.objects.count() == 1


def test_only_who_has_confirmed_an_address_can_be_named():
    unconfirmed = UserFactory()
    for address in (unconfirmed.email, "nobody@example.org"):
        with pytest.raises(NoSuchPerson):
            name_host(CourseFactory(), address, by=InstructorFactory(), now=NOW)


def test_the_team_and_administrators_lead_and_nobody_else_does():
    course, teacher, admin = CourseFactory(), InstructorFactory(), AdministratorFactory()
    CourseTeamMember.objects.create(course=course, member=teacher)
    for person in (teacher, admin):
        assert leads_team(person, course)
        assert course in courses_run_by(person)
    other = InstructorFactory()
    assert not leads_team(other, course)
    assert not courses_run_by(other).exists()
    teacher.is_active = False
    assert not courses_run_by(teacher).exists()
