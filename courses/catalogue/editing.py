"""The forms behind the editor of courses and course teams: what is checked beyond single fields."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

from lms.accounts.roles import EDITORS, INSTRUCTORS


class OwnLanguageMixin:
    """For forms whose lists of translated things hold those of the form's own language, and what is already chosen."""

    in_own_language: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        parent = getattr(self, "parent_page", None)
        locale_id = self.instance.locale_id or (parent and parent.locale_id)  # type: ignore[attr-defined]
        for name in self.in_own_language:
            if name in self.fields:  # type: ignore[attr-defined]
                field = self.fields[name]  # type: ignore[attr-defined]
                chosen = [one.pk for one in self.initial.get(name) or ()]  # type: ignore[attr-defined]
                field.queryset = field.queryset.filter(Q(locale=locale_id) | Q(pk__in=chosen))


class CoursePageForm(OwnLanguageMixin, WagtailAdminPageForm):
    in_own_language = ("subjects", "instructors", "prerequisites")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "prerequisites" in self.fields:
            field = self.fields["prerequisites"]
            field.queryset = field.queryset.exclude(pk=self.instance.pk)


class CourseTeamMemberForm(WagtailAdminModelForm):
    """Appoints somebody who may work in the CMS, and records by whom."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        staff = get_user_model().objects.filter(is_active=True, groups__name__in=[INSTRUCTORS, EDITORS])
        self.fields["member"].queryset = staff.distinct().order_by("name", "email")
        self.fields["member"].label_from_instance = lambda person: f"{person.name} ({person.email})".lstrip()

    def save(self, commit: bool = True) -> Any:
        self.instance.appointed_by = self.for_user
        return super().save(commit)
