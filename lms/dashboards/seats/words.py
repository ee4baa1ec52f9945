from django.utils.translation import gettext_lazy as _

from lms.dashboards.seats.queries import PRIORITY, STANDARD

TIERS = {PRIORITY: _("Priority"), STANDARD: _("Standard")}
