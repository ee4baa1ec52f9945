from django.db.models import QuerySet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from courses.webinars.models import Webinar, WebinarPage
from lms.accounts.models import User


def webinars_of(person: User) -> QuerySet[Webinar]:
    """Return the webinars whose people somebody sees: those whose pages they may edit."""
    editable = policy_registry.get_by_type(Page).instances_user_has_permission_for(person, "change")
    pages = WebinarPage.objects.filter(pk__in=editable.values("pk"))
    return Webinar.objects.filter(translation_key__in=pages.values("translation_key"))
