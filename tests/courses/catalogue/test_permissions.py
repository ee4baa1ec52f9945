import pytest
from wagtail.models import Locale, Page
from wagtail.permissions import policy_registry

from courses.catalogue.models import CourseTeamMember
from courses.catalogue.services import ensure_course
from courses.lessons.models import LessonPage
from lms.accounts.models import User
from tests.factories.accounts import AdministratorFactory, EditorFactory, InstructorFactory, UserFactory
from tests.factories.catalogue import CoursePageFactory, CourseTeamMemberFactory
from tests.factories.lessons import course_with_lessons

pytestmark = pytest.mark.django_db


def actions_of(person: User, page: Page) -> set[str]:
    """Return what a person, read from the database anew, may do to a page."""
    person = User.objects.get(pk=person.pk)
    policy = policy_registry.get_by_type(Page)
    actions = ("add", "change", "publish", "bulk_delete", "lock", "unlock")
    return {action for action in actions if policy.user_has_permission_for_instance(person, action, page)}


@pytest.fixture
def course():
    return course_with_lessons(2)


@pytest.fixture
def lesson(course):
    return Page.objects.descendant_of(course).type(LessonPage).first()


@pytest.fixture
def teacher(course):
    return CourseTeamMemberFactory(course=ensure_course(course), member=InstructorFactory()).member


def test_a_course_team_adds_and_changes_but_does_not_publish(teacher, course, lesson):
    assert actions_of(teacher, course) == actions_of(teacher, lesson) == {"add", "change"}


def test_a_team_may_change_its_course_in_every_language(teacher, course):
    french, _created = Locale.objects.get_or_create(language_code="fr")
    translation = CoursePageFactory(translation_key=course.translation_key, locale=french)
    assert actions_of(teacher, translation) == {"add", "change"}


def test_another_course_is_nobody_elses_business(teacher):
    other = course_with_lessons(1)
    assert actions_of(teacher, other) == set()
    assert actions_of(teacher, other.get_parent()) == set()


def test_leaving_the_team_ends_it_at_once(teacher, course):
    CourseTeamMember.objects.filter(member=teacher).delete()
    assert actions_of(teacher, course) == set()


def test_a_person_who_was_switched_off_may_nothing(teacher, course):
    User.objects.filter(pk=teacher.pk).update(is_active=False)
    assert actions_of(teacher, course) == set()


def test_an_editor_publishes_every_course(course, lesson):
    editor = EditorFactory()
    assert {"add", "change", "publish"} <= actions_of(editor, course) & actions_of(editor, lesson)


def test_instructors_see_their_courses_and_what_stands_above_them_in_the_tree(teacher, course):
    other = course_with_lessons(1)
    seen = set(policy_registry.get_by_type(Page).explorable_instances(teacher).values_list("pk", flat=True))
    assert set(Page.objects.descendant_of(course, inclusive=True).values_list("pk", flat=True)) <= seen
    assert not seen & set(Page.objects.descendant_of(other, inclusive=True).values_list("pk", flat=True))


def test_a_pages_people_are_its_team_its_editors_and_administrators(teacher, course, lesson):
    editor, administrator = EditorFactory(), AdministratorFactory()
    CourseTeamMemberFactory()  # of another course
    UserFactory()
    policy = policy_registry.get_by_type(Page)
    people = policy.users_with_permission_for_instance("change", lesson)
    assert set(people) == {teacher, editor, administrator}
    assert set(policy.users_with_permission_for_instance("publish", lesson)) == {editor, administrator}
    assert teacher in policy.users_with_permission("change")
    assert teacher not in policy.users_with_permission("publish")


def test_permissions_take_the_same_number_of_queries_for_one_course_and_many(
    teacher, course, django_assert_max_num_queries
):
    for _number in range(5):
        CourseTeamMemberFactory(member=teacher)
        CoursePageFactory()
    with django_assert_max_num_queries(2):
        policy_registry.get_by_type(Page).user_has_permission_for_instance(teacher, "change", course)
