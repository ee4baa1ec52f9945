"""Whose clock times are shown by: the one place that decides it for every page."""

import zoneinfo
from datetime import tzinfo

from django.http import HttpRequest
from django.utils import timezone

from lms.accounts.models import time_zones

CHOSEN = "time_zone"  # cookie: what a reader chose on /time-zone/
BROWSERS = "browser_zone"  # cookie: what static/js/zone.js read from the browser

# Browsers still give some zones the names that their cities had. Source: CLDR, bcp47/timezone.xml.
RENAMED = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Coral_Harbour": "America/Atikokan",
    "America/Godthab": "America/Nuuk",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Europe/Kiev": "Europe/Kyiv",
    "Pacific/Enderbury": "Pacific/Kanton",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}


def zone_name_of(request: HttpRequest) -> str:
    """Return the reader's zone: that of their profile, else what they chose on a page, else their browser's; "" if unknown."""
    browsers = request.COOKIES.get(BROWSERS, "")
    said = (
        request.user.time_zone if request.user.is_authenticated else "",
        request.COOKIES.get(CHOSEN, ""),
        RENAMED.get(browsers, browsers),
    )
    return next((name for name in said if name in time_zones()), "")


def activate(name: str) -> None:
    """Show times by a reader's clock from now on; without a name by that of whoever organises what is shown, or UTC."""
    if name:
        # An object of its own, so that UTC that somebody chose is told from the UTC that stands for nothing chosen.
        timezone.activate(zoneinfo.ZoneInfo.no_cache(name))
    else:
        timezone.deactivate()


def readers_zone() -> tzinfo | None:
    """Return the zone of whoever reads what is being written; None where it is not known."""
    zone = timezone.get_current_timezone()
    return None if zone is timezone.get_default_timezone() else zone
