from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.dashboards.reports.errors import TooManyViews
from lms.dashboards.reports.models import SavedView

MOST_VIEWS = 20  # of one person


@transaction.atomic
def save_view(person: User, *, name: str, filters: Mapping[str, str], now: datetime) -> SavedView:
    """Save filters under a name, in place of what the person saved under it before. Raises TooManyViews."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # lock first, then count
    views = SavedView.objects.filter(person=person)
    if views.exclude(name=name).count() >= MOST_VIEWS:
        raise TooManyViews(_("You have saved 20 views. Delete one of them, then save this one."))
    view, _is_new = views.update_or_create(
        person=person, name=name, defaults={"filters": dict(filters), "saved_at": now}
    )
    return view
