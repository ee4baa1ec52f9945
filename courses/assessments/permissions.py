"""Who may work on which question in the CMS; it follows from the course teams."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

from courses.assessments.models import Question
from courses.catalogue.models import Course
from courses.catalogue.permissions import TEAM_ACTIONS, courses_taught_by
from lms.accounts.models import User


class CourseTeamQuestionPolicy(ModelPermissionPolicy):
    """Django's permissions on all questions, and beside them: a course's team may add and change its own."""

    permission_cache_name = "_taught_course_ids"

    def get_all_permissions_for_user(self, user: Any) -> frozenset[int]:
        """Return the ids of the courses that a person teaches; the base class remembers them for the request."""
        if not user.is_active or user.is_anonymous:
            return frozenset()
        return frozenset(courses_taught_by(user).values_list("pk", flat=True))

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self._may_everywhere(user, {action}) or (
            action in TEAM_ACTIONS and bool(self.get_cached_permissions_for_user(user))
        )

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Question) -> bool:
        if instance.pk is None:  # not yet written: which course it is for is the form's to check
            return self.user_has_permission(user, action)
        return self._may_everywhere(user, {action}) or (
            action in TEAM_ACTIONS and instance.course_id in self.get_cached_permissions_for_user(user)
        )

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Question]:
        if self._may_everywhere(user, actions):
            return Question.objects.all()
        if TEAM_ACTIONS.isdisjoint(actions):
            return Question.objects.none()
        return Question.objects.filter(course__in=self.get_cached_permissions_for_user(user))

    def courses_for(self, user: Any) -> QuerySet[Course]:
        """Return the courses that a person may write questions for."""
        return Course.objects.all() if self._may_everywhere(user, {"add"}) else courses_taught_by(user)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        return self._with_team(actions, User.objects.filter(is_active=True, courses_taught__isnull=False))

    def users_with_any_permission_for_instance(self, actions: Iterable[str], instance: Question) -> QuerySet[User]:
        return self._with_team(actions, User.objects.filter(is_active=True, courses_taught__course=instance.course_id))

    def _may_everywhere(self, user: Any, actions: Iterable[str]) -> bool:
        return any(user.has_perm(self._get_permission_name(action)) for action in actions)

    def _with_team(self, actions: Iterable[str], team: QuerySet[User]) -> QuerySet[User]:
        people = super().users_with_any_permission(actions)
        return people if TEAM_ACTIONS.isdisjoint(actions) else people | team.distinct()
