from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.webinars.mail_rules import Kind

SUBJECTS: dict[Kind, Promise] = {
    Kind.CONFIRMED: _("You are registered for “%(title)s”"),
    Kind.MOVED: _("“%(title)s” takes place at another time"),
    Kind.CANCELLED: _("“%(title)s” is called off"),
    Kind.DAY: _("Reminder: “%(title)s”"),
    Kind.HOUR: _("Soon: “%(title)s”"),
}
