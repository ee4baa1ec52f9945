import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Page, Workflow, WorkflowPage

from courses.assessments.models import Question
from lms.operations.roles import ensure_cms_permissions

pytestmark = pytest.mark.django_db


ACTIONS = ("add", "change", "delete")


def permissions_of(role: str) -> tuple[set[str], set[str]]:
    group = Group.objects.get(name=role)
    pages = group.page_permissions.values_list("permission__codename", flat=True)
    return set(group.permissions.values_list("codename", flat=True)), set(pages)


def test_instructors_are_given_no_page_and_no_question_by_their_role():
    assert permissions_of("Instructors") == ({"access_admin"}, set())


def test_editors_publish_everywhere_and_keep_the_library():
    codenames, pages = permissions_of("Editors")
    assert {"publish_question", "change_glossaryterm", "add_courseteammember", "submit_translation"} <= codenames
    assert {"add_page", "change_page", "publish_page"} <= pages


def test_programme_leads_have_what_fair_access_needs_and_no_pages():
    codenames, pages = permissions_of("Programme leads")
    all_of = {f"{action}_{name}" for name in ("bandoverride", "institutionagreement") for action in ACTIONS}
    records = {"add_hardshipwaiver", "add_settlement"}  # nobody changes them
    cohorts = {"add_courserun", "change_courserun", "view_seatpool"}
    kept = {f"{action}_{name}" for name in ("certificatedesign", "accreditation") for action in ("add", "change")}
    assert (codenames, pages) == (
        {"access_admin", "view_insights", "review_access", "change_impactsettings"} | all_of | records | cohorts | kept,
        set(),
    )


def test_doing_it_again_changes_nothing_and_keeps_what_was_given_besides():
    from django.contrib.auth.models import Permission

    extra = Permission.objects.get(codename="view_locale")
    Group.objects.get(name="Editors").permissions.add(extra)
    before = permissions_of("Editors"), GroupPagePermission.objects.count(), Workflow.objects.count()
    ensure_cms_permissions()
    assert (permissions_of("Editors"), GroupPagePermission.objects.count(), Workflow.objects.count()) == before


def test_pages_and_questions_are_reviewed_by_editors():
    root = Page.get_first_root_node()
    [task] = root.get_workflow().tasks
    assert [group.name for group in task.specific.groups.all()] == ["Editors"]
    assert Question.get_default_workflow() == root.get_workflow()
    assert not Group.objects.filter(name="Moderators").exists()


def test_a_workflow_that_an_administrator_chose_is_kept():
    root = Page.get_first_root_node()
    own = Workflow.objects.create(name="Two pairs of eyes")
    WorkflowPage.objects.filter(page=root).update(workflow=own)
    ensure_cms_permissions()
    assert Page.get_first_root_node().get_workflow() == own
