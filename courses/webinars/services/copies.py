"""The same webinar once more on another day."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.webinars.models import Webinar, WebinarPage
from courses.webinars.walls import instant_of
from lms.accounts.models import User
from lms.lib.errors import Refusal

LONGEST_SLUG = 255


class NotCopied(Refusal):
    """There is nothing to copy, or the copy has been made before, or its start lies in the past."""


@transaction.atomic
def copy_webinar(webinar: Webinar, clock: datetime, *, by: User, now: datetime) -> list[WebinarPage]:
    """Copy a webinar's published pages as drafts for another day, and return them, the leading one first.

    clock: the new start as the organiser's clock shows it, without zone. What the pages say is copied, and the days of its seats
    as far from the start as they were; nobody's registration is. Raises NoSuchHour and NotCopied.
    """
    Webinar.objects.select_for_update(no_key=True).get(pk=webinar.pk)  # a second click waits, and finds the copy
    leading = WebinarPage.leading(webinar.translation_key)
    if leading is None or leading.starts_at is None:
        raise NotCopied(_("The page of this webinar is not published, so it cannot be copied from here."))
    starts_at = instant_of(clock, leading.time_zone)
    if starts_at <= now:
        raise NotCopied(_("That is in the past. Choose a day to come."))
    others = WebinarPage.objects.live().filter(translation_key=leading.translation_key).exclude(pk=leading.pk)
    key, later = uuid4(), starts_at - leading.starts_at
    said = {
        "translation_key": key,
        "starts_at": starts_at,
        "starts_wall": "",
        "seats_open_early_at": _still_ahead(leading.seats_open_early_at, later, now=now),
        "seats_open_at": _still_ahead(leading.seats_open_at, later, now=now),
        "go_live_at": None,
        "expire_at": None,
        "recording": None,
        "chapters": "",
    }
    return [_copy(page, said | {"slug": _slug_of(page, clock)}, by=by) for page in (leading, *others.order_by("pk"))]


def _copy(page: WebinarPage, said: dict[str, object], *, by: User) -> WebinarPage:
    parent = page.get_parent()
    if Page.objects.child_of(parent).filter(slug=said["slug"]).exists():
        raise NotCopied(
            _("There is a copy of this webinar on that day already. Change it in the editor, or choose another day.")
        )
    copy: WebinarPage = page.copy(
        to=parent, update_attrs=said, copy_revisions=False, keep_live=False, reset_translation_key=False, user=by
    )
    return copy


def _slug_of(page: WebinarPage, clock: datetime) -> str:
    """Return the old slug with the new day in the place of the old one, if that stood in it."""
    day, old = f"-{clock:%Y-%m-%d}", page.starts_clock
    name = page.slug.removesuffix(f"-{old:%Y-%m-%d}") if old else page.slug
    return name[: LONGEST_SLUG - len(day)] + day


def _still_ahead(moment: datetime | None, later: timedelta, *, now: datetime) -> datetime | None:
    """Return a moment so much later; None, which stands for what is usual, where that is over."""
    return moment + later if moment and moment + later > now else None
