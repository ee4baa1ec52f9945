"""Who may work on which course in the CMS: read from the course teams each time, so there is nothing to keep in step."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from wagtail.models import GroupPagePermission, Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from courses.catalogue.models import Course, CoursePage
from lms.accounts.models import User

# What a member of a course team may do to the course's pages. Publishing is an editor's.
TEAM_ACTIONS = frozenset({"add", "change"})


def courses_taught_by(person: User) -> QuerySet[Course]:
    """Return the courses whose team a person belongs to."""
    return Course.objects.filter(team__member=person)


@dataclass(frozen=True)
class TeamAction:
    """What a team member may do, named as Wagtail names permissions."""

    codename: str


@dataclass(frozen=True)
class TeamPermission:
    """What one of Wagtail's rows would say that gives a group a permission on a page and all below; said by the team."""

    page: Page
    permission: TeamAction

    @property
    def page_id(self) -> int:
        return self.page.pk


class CourseTeamPagePolicy(PagePermissionPolicy):
    """Wagtail's rules for pages, and beside them: a course's team may add to and change its pages in every language."""

    def get_all_permissions_for_user(self, user: Any) -> list[GroupPagePermission | TeamPermission]:
        granted: list[GroupPagePermission | TeamPermission] = list(super().get_all_permissions_for_user(user))
        if not user.is_active or user.is_anonymous or user.is_superuser:
            return granted
        pages = Page.objects.filter(
            coursepage__isnull=False, translation_key__in=courses_taught_by(user).values("translation_key")
        )
        granted += [TeamPermission(page, TeamAction(f"{name}_page")) for page in pages for name in sorted(TEAM_ACTIONS)]
        return granted

    def users_with_any_permission(self, actions: Any, include_superusers: bool = True) -> QuerySet[User]:
        people = super().users_with_any_permission(actions, include_superusers)
        if TEAM_ACTIONS.isdisjoint(actions):
            return people
        return people | User.objects.filter(is_active=True, courses_taught__isnull=False).distinct()

    def users_with_any_permission_for_instance(
        self, actions: Any, instance: Page, include_superusers: bool = True
    ) -> QuerySet[User]:
        people = super().users_with_any_permission_for_instance(actions, instance, include_superusers)
        if TEAM_ACTIONS.isdisjoint(actions):
            return people
        keys = CoursePage.objects.ancestor_of(instance, inclusive=True).values("translation_key")
        return people | User.objects.filter(is_active=True, courses_taught__course__translation_key__in=keys).distinct()
