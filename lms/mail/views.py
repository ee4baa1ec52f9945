from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from lms.mail import services
from lms.mail.models import OutgoingMail


class UnsentMailView(ReportView):
    """The CMS's report of mail that was given up or that has failed so far. What the mails say is shown to nobody."""

    model = OutgoingMail
    permission_policy = ModelPermissionPolicy(OutgoingMail)
    any_permission_required = ("view", "change")
    page_title = _("Mail that was not sent")
    header_icon = "mail"
    index_url_name = "unsent_mail"
    index_results_url_name = "unsent_mail_results"
    results_template_name = "mail/unsent_mail_results.html"
    no_results_message = _("All mail has been sent.")
    default_ordering = "-created_at"
    columns = [
        Column("to", label=_("To")),
        Column("subject", label=_("Subject")),
        DateColumn("created_at", label=_("Written")),
        Column("state", label=_("State")),
        Column("problem", label=_("Last problem")),
    ]
    list_export = ["key", "message_id", "to", "subject", "created_at", "state", "failed_attempts", "problem"]

    def get_base_queryset(self) -> QuerySet[OutgoingMail]:
        return OutgoingMail.objects.filter(Q(failed_at__isnull=False) | Q(sent_at=None) & ~Q(problem=""))


@require_POST
@permission_required("mail.change_outgoingmail", raise_exception=True)
def send_failed_mail_again(request: HttpRequest) -> HttpResponse:
    """Let all mail that was given up wait for sending again."""
    failed = OutgoingMail.objects.failed().values_list("pk", flat=True)
    count = sum(services.send_again(mail_id) for mail_id in list(failed))
    messages.success(
        request,
        ngettext("%(count)d mail will be sent again.", "%(count)d mails will be sent again.", count) % {"count": count},
    )
    return redirect("unsent_mail")
