"""The forms behind the editor of courses and course teams: what is checked beyond single fields."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

from lms.accounts.roles import EDITORS, INSTRUCTORS


class OwnLanguageForm(WagtailAdminPageForm):
    """A page's form whose lists of translated things hold those of the page's language, and what is already chosen."""

    in_own_language: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        page = self.instance
        locale_id = page.locale_id or (self.parent_page and self.parent_page.locale_id)
        for name in self.in_own_language:
            if name in self.fields:
                chosen = [one.pk for one in getattr(page, name).all()]
                field = self.fields[name]
                field.queryset = field.queryset.filter(Q(locale=locale_id) | Q(pk__in=chosen))


class CoursePageForm(OwnLanguageForm):
    in_own_language = ("subjects", "instructors", "prerequisites")


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
