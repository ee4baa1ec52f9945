"""What each staff role may do in the CMS. Which courses an instructor may change is said by the course teams alone."""

from itertools import chain

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.snippets.models import create_extra_permissions

from courses.assessments.models import Question
from lms.accounts.roles import EDITORS, INSTRUCTORS, PROGRAMME_LEADS, ensure_roles

PAGE_PERMISSIONS = {EDITORS: ["add", "change", "publish", "bulk_delete", "lock", "unlock"]}
LIBRARIES = ["wagtailimages", "wagtaildocs", "wagtailmedia"]  # where permission is given by collection
COLLECTION_PERMISSIONS = {
    INSTRUCTORS: ["add_image", "choose_image", "add_document", "choose_document", "add_media"],
    EDITORS: [
        *("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"),
        *("add_media", "change_media"),
    ],
}
MODEL_PERMISSIONS = {
    EDITORS: {
        "accounts": ["institution"],
        "assessments": ["question"],
        "catalogue": ["courseteammember", "instructor", "subject"],
        "lessons": ["glossaryterm", "reference"],
        "simple_translation": ["simpletranslation"],
        "wagtailredirects": ["redirect"],
    },
    PROGRAMME_LEADS: {"access": ["bandoverride", "institutionagreement"]},
}
# Where a role may not do all: records, which nobody changes, cohorts, which are called off instead of deleted, and the
# review of who has priority, with the policies that say it.
SOME_PERMISSIONS = {
    EDITORS: ["enrolment.add_courserun", "enrolment.change_courserun", "access.view_seatpool"],
    PROGRAMME_LEADS: [
        *("enrolment.add_courserun", "enrolment.change_courserun"),
        "access.view_seatpool",
        *("access.add_hardshipwaiver", "access.add_settlement", "access.review_access"),
        *("designs.add_certificatedesign", "designs.change_certificatedesign"),
        *("designs.add_accreditation", "designs.change_accreditation"),
        "impact.change_impactsettings",
    ],
}
ACTIONS = ("add", "change", "delete", "publish", "submit_translation")
WORKFLOW = "Editors"  # the button in the editor reads “Submit to Editors”
WAGTAIL_GROUP, WAGTAIL_WORKFLOW = "Moderators", "Moderators approval"  # what Wagtail's first migration leaves behind


@transaction.atomic
def ensure_cms_permissions(**kwargs) -> None:
    """Give the roles their rights in the CMS and set up review by editors; run after every migration.

    Changes nothing the second time, and leaves what administrators gave or set up besides.
    """
    labels = [
        "accounts",
        "designs",
        "enrolment",
        "impact",
        "wagtailadmin",
        "wagtailcore",
        *LIBRARIES,
        *chain.from_iterable(MODEL_PERMISSIONS.values()),
    ]
    for label in labels:  # Django makes permissions app by app after migrating; ours are asked for before their turn
        create_permissions(apps.get_app_config(label), verbosity=0)
    create_extra_permissions(apps.get_app_config("wagtailsnippets"))
    ensure_roles()
    _give_page_permissions()
    _give_collection_permissions()
    _give_model_permissions()
    _ensure_review_by_editors()


def _give_page_permissions() -> None:
    root = Page.get_first_root_node()
    if root is None:  # a flushed database has no page tree yet
        return
    for role, actions in PAGE_PERMISSIONS.items():
        group = Group.objects.get(name=role)
        for permission in Permission.objects.filter(
            content_type=ContentType.objects.get_for_model(Page), codename__in=[f"{action}_page" for action in actions]
        ):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _give_collection_permissions() -> None:
    root = Collection.get_first_root_node()
    if root is None:
        return
    for role, codenames in COLLECTION_PERMISSIONS.items():
        group = Group.objects.get(name=role)
        for permission in Permission.objects.filter(content_type__app_label__in=LIBRARIES, codename__in=codenames):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _give_model_permissions() -> None:
    for role, models in MODEL_PERMISSIONS.items():
        group = Group.objects.get(name=role)
        for app_label, names in models.items():
            codenames = [
                action if action == "submit_translation" else f"{action}_{name}" for name in names for action in ACTIONS
            ]
            group.permissions.add(*Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames))
    for role, names in SOME_PERMISSIONS.items():
        for name in names:
            app_label, codename = name.split(".")
            permission = Permission.objects.get(content_type__app_label=app_label, codename=codename)
            Group.objects.get(name=role).permissions.add(permission)


def _ensure_review_by_editors() -> None:
    """Let pages and questions be submitted to editors, unless an administrator has set up another workflow."""
    root = Page.get_first_root_node()
    if root is None:
        return
    assigned = WorkflowPage.objects.filter(page=root).select_related("workflow").first()
    if assigned and assigned.workflow.name == WAGTAIL_WORKFLOW:
        assigned.workflow.delete()
        GroupApprovalTask.objects.filter(name=WAGTAIL_WORKFLOW).delete()
        Group.objects.filter(name=WAGTAIL_GROUP, user=None).delete()
        assigned = None
    if assigned is None:
        workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW)
        if not workflow.workflow_tasks.exists():
            task = GroupApprovalTask.objects.create(name=WORKFLOW)
            task.groups.add(Group.objects.get(name=EDITORS))
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        assigned = WorkflowPage.objects.create(page=root, workflow=workflow)
    WorkflowContentType.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(Question), defaults={"workflow": assigned.workflow}
    )
