from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem


class UnsentMailMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mail.view_outgoingmail")


@hooks.register("register_reports_menu_item")
def unsent_mail_menu_item() -> MenuItem:
    return UnsentMailMenuItem(
        _("Mail that was not sent"), reverse("unsent_mail"), name="unsent-mail", icon_name="mail", order=1000
    )


@hooks.register("register_admin_urls")
def unsent_mail_addresses() -> list:
    return [path("reports/mail/", include("lms.mail.urls"))]
