import pytest
from django.contrib.auth.models import AnonymousUser, Group

from lms.accounts import queries
from lms.accounts.models import InsightsLimit, User
from lms.accounts.roles import EDITORS, INSTRUCTORS, PERMISSIONS, PROGRAMME_LEADS, ensure_roles
from tests.factories.accounts import (
    AdministratorFactory,
    EditorFactory,
    InstitutionFactory,
    InstructorFactory,
    ProgrammeLeadFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def permissions_of(role):
    return {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Group.objects.get(name=role).permissions.select_related("content_type")
    }


@pytest.mark.parametrize("role", PERMISSIONS)
def test_a_migrated_database_has_every_role_with_its_permissions(role):
    assert permissions_of(role) >= set(PERMISSIONS[role])


def test_making_the_roles_again_changes_nothing_and_keeps_what_an_administrator_added(django_assert_num_queries):
    before = {role: permissions_of(role) for role in PERMISSIONS}
    Group.objects.get(name=EDITORS).permissions.add(*Group.objects.get(name=PROGRAMME_LEADS).permissions.all())
    ensure_roles()
    assert permissions_of(INSTRUCTORS) == before[INSTRUCTORS]
    assert "accounts.view_insights" in permissions_of(EDITORS)
    assert Group.objects.filter(name__in=PERMISSIONS).count() == len(PERMISSIONS)


def test_roles_that_were_lost_are_made_again():
    Group.objects.filter(name__in=PERMISSIONS).delete()
    ensure_roles()
    assert {role: permissions_of(role) for role in PERMISSIONS} == {
        role: set(permissions) for role, permissions in PERMISSIONS.items()
    }


@pytest.mark.parametrize(
    ("factory", "expected"),
    [
        (UserFactory, set()),
        (InstructorFactory, {"is_instructor", "may_enter_cms", "is_staff_member"}),
        (EditorFactory, {"is_editor", "may_enter_cms", "is_staff_member"}),
        (ProgrammeLeadFactory, {"is_programme_lead", "may_enter_cms", "may_see_insights", "is_staff_member"}),
        (
            AdministratorFactory,
            {"is_instructor", "is_editor", "is_programme_lead", "may_enter_cms", "may_see_insights", "is_staff_member"},
        ),
    ],
)
def test_each_role_may_what_the_table_of_roles_says(factory, expected):
    claims = [
        "is_instructor",
        "is_editor",
        "is_programme_lead",
        "may_enter_cms",
        "may_see_insights",
        "is_staff_member",
    ]
    person = User.objects.get(pk=factory().pk)
    assert {claim for claim in claims if getattr(queries, claim)(person)} == expected
    person.is_active = False
    assert not any(getattr(queries, claim)(person) for claim in claims)
    assert not any(getattr(queries, claim)(AnonymousUser()) for claim in claims)


@pytest.mark.parametrize("limit", [{"country": "GH"}, {"institution": ""}])
def test_of_the_programme_leads_rights_a_limited_lead_has_the_overviews_and_the_door_of_the_cms_alone(limit):
    lead = ProgrammeLeadFactory()
    assert lead.has_perms(["access.review_access", "access.view_seatpool", "access.add_settlement"])
    InsightsLimit.objects.create(
        person=lead, **({"institution": InstitutionFactory()} if "institution" in limit else limit)
    )
    limited = User.objects.get(pk=lead.pk)
    assert limited.get_all_permissions() == set(PERMISSIONS[PROGRAMME_LEADS])
    assert not queries.is_programme_lead(limited)
    assert queries.may_see_insights(limited)
    assert not queries.may_see_any_certificate(limited)


def test_a_limited_lead_keeps_what_another_role_gives():
    person = EditorFactory()
    rights = User.objects.get(pk=person.pk).get_all_permissions()
    person.groups.add(Group.objects.get(name=PROGRAMME_LEADS))
    InsightsLimit.objects.create(person=person, country="GH")
    limited = User.objects.get(pk=person.pk)
    assert limited.get_all_permissions() == rights | {"accounts.view_insights"}
    assert queries.is_editor(limited)


def test_asking_for_roles_again_costs_no_query(django_assert_num_queries):
    person = User.objects.get(pk=EditorFactory().pk)
    with django_assert_num_queries(1):
        assert queries.is_editor(person)
        assert not queries.is_instructor(person)
