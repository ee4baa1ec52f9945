from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import Exists, Q, QuerySet
from django.http import HttpRequest

from lms.accounts import roles
from lms.accounts.models import InsightsLimit, Institution, User

PICTURES = "pictures"  # cookie: what a reader chose about pictures in this browser
SHOWN, LEFT_OUT = "shown", "left-out"


def display_name(user: User) -> str:
    """Return what a person is called on pages and in mails: their name, else their address."""
    return user.name or user.email


def groups_in_force(user: User | AnonymousUser) -> QuerySet[Group]:
    """Return the groups whose rights a person has in full: all theirs, but for a limited lead not the programme leads'."""
    is_limited = Exists(InsightsLimit.objects.filter(person=user.pk))
    return user.groups.exclude(Q(is_limited) & Q(name=roles.PROGRAMME_LEADS))


def role_names(user: User | AnonymousUser) -> frozenset[str]:
    """Return the names of a person's groups in force, asked for once per request (the person is loaded anew for each)."""
    if not hasattr(user, "_role_names"):
        user._role_names = frozenset(groups_in_force(user).values_list("name", flat=True))  # type: ignore[union-attr]
    return user._role_names  # type: ignore[union-attr]


def is_instructor(user: User | AnonymousUser) -> bool:
    """Say whether a person teaches; which courses is said by the course teams."""
    return _has_role(user, roles.INSTRUCTORS)


def is_editor(user: User | AnonymousUser) -> bool:
    """Say whether a person publishes."""
    return _has_role(user, roles.EDITORS)


def is_programme_lead(user: User | AnonymousUser) -> bool:
    """Say whether a person leads the whole programme: overviews, access reviews, certificates, policy."""
    return _has_role(user, roles.PROGRAMME_LEADS)


def may_see_insights(user: User | AnonymousUser) -> bool:
    return user.is_active and user.has_perm("accounts.view_insights")


def insights_limit_of(user: User) -> InsightsLimit | None:
    """Return what somebody's overviews are limited to; None for all."""
    return InsightsLimit.objects.filter(person=user).first()


def may_enter_cms(user: User | AnonymousUser) -> bool:
    return user.is_active and user.has_perm("wagtailadmin.access_admin")


def is_staff_member(user: User | AnonymousUser) -> bool:
    """Say whether a person works here: whoever may enter the CMS or see the overviews."""
    return may_enter_cms(user) or may_see_insights(user)


def may_see_any_certificate(user: User | AnonymousUser) -> bool:
    """Say whether a person may open the file of anybody's certificate."""
    return is_staff_member(user) and not InsightsLimit.objects.filter(person=user.pk).exists()


def has_second_factor(user: User) -> bool:
    return is_mfa_enabled(user)


def _has_role(user: User | AnonymousUser, role: str) -> bool:
    """Administrators have every role."""
    return user.is_active and (user.is_superuser or role in role_names(user))


def wants_lite_pages(request: HttpRequest) -> bool:
    """Say whether a reader is to get pages without pictures and players.

    Their profile says so, or the cookie of who is signed out; else their browser may, unless they asked for pictures here.
    Source: Save Data API, https://wicg.github.io/savedata/, "Save-Data Request Header Field".
    """
    person = getattr(request, "user", None)
    chosen = request.COOKIES.get(PICTURES, "")
    if person.lite_pages if isinstance(person, User) else chosen == LEFT_OUT:
        return True
    return chosen != SHOWN and request.headers.get("Save-Data", "").strip().lower() == "on"


def suggested_institutions(country: str) -> list[str]:
    """Return the names of verified institutions in a country, at most 200; of none while the country is not known."""
    verified = Institution.objects.filter(is_verified=True, country=country) if country else Institution.objects.none()
    return list(verified.order_by("name").values_list("name", flat=True)[:200])
