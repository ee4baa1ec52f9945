from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from certificates.issuing import tasks
from certificates.issuing.errors import OwnCertificate
from certificates.issuing.models import Certificate
from certificates.issuing.queries import certificates_of
from certificates.issuing.services import (
    reissue_certificate,
    retry_certificates,
    revoke_certificate,
    withdraw_certificates,
)
from certificates.oversight import queries, words
from certificates.oversight.forms import ReissueForm, RevokeForm, WithdrawForm
from certificates.oversight.views.pages import Decision, OfCertificate, RegisterPage
from lms.accounts.queries import display_name

State = Certificate.State


class CertificatePage(OfCertificate):
    """All that the register knows of one certificate, and what may be decided about it."""

    template_name = "certificates/oversight/certificate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        certificate = self.certificate
        is_replaced = hasattr(certificate, "replaced_by")
        return super().get_context_data(**kwargs) | {
            "facts": words.facts_in_full(certificate.award) if certificate.facts else [],
            "kind": words.kind_of(certificate),
            "holder": display_name(certificate.holder),
            "versions": queries.versions_of(certificate),
            "remedy": words.remedy(certificate, now=self.now),
            "may_retry": certificate.is_set_aside,
            "may_revoke": certificate.state == State.ISSUED,
            "may_reissue": certificate.state in (State.ISSUED, State.REVOKED) and not is_replaced,
            "may_withdraw": certificate.state != State.WITHDRAWN,
        }


class RetryPage(OfCertificate):
    """Lets a certificate that was set aside be made again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if retry_certificates(Certificate.objects.filter(pk=self.certificate.pk)):
            tasks.render_certificate.delay_on_commit(self.certificate.pk)
            messages.success(request, _("It is being made again. Reload the page in a moment."))
        else:
            messages.warning(request, _("It is not set aside any more: somebody was first."))
        return redirect("certificate_in_register", self.certificate.serial)


class RetryAllPage(RegisterPage):
    """Why certificates are set aside, and the buttons that let all of one cause be made again."""

    template_name = "certificates/oversight/set_aside.html"
    page_title = gettext_lazy("Set aside")
    header_icon = "warning"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        late = queries.late_certificates(self.now).filter(reason="").count()
        return super().get_context_data(**kwargs) | {"causes": queries.causes(), "late": late}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        state, reason = request.POST.get("state", ""), request.POST.get("reason", "")
        number = retry_certificates(Certificate.objects.filter(state=state, reason=reason))
        tasks.issue_missing_certificates.delay_on_commit()
        said = ngettext(
            "%(number)s certificate is being made again.", "%(number)s certificates are being made again.", number
        )
        messages.success(request, said % {"number": number})
        return redirect("certificates_set_aside")


class RevokePage(Decision):
    page_title = gettext_lazy("Revoke this certificate")
    does = gettext_lazy("Revoke it")
    is_grave = True

    def form(self, data: Any = None) -> RevokeForm:
        return RevokeForm(data)

    def consequences(self) -> list[str]:
        return [
            _("Its public page says from now on that it was revoked, and your public reason."),
            _("%(holder)s is told by mail, with the same reason.") % {"holder": display_name(self.certificate.holder)},
            _("Nothing takes this back: a certificate issued anew has another code."),
        ]

    def decide(self, said: dict[str, Any]) -> HttpResponse:
        revoke_certificate(self.certificate, **said, by=self.reviewer, now=self.now)
        messages.success(self.request, _("The certificate is revoked, and its holder is told by mail."))
        return redirect("certificate_in_register", self.certificate.serial)


class ReissuePage(Decision):
    page_title = gettext_lazy("Reissue this certificate")
    does = gettext_lazy("Reissue it")

    def form(self, data: Any = None) -> ReissueForm:
        return ReissueForm(data, award=self.certificate.award)

    def consequences(self) -> list[str]:
        return [
            _("A new certificate with a new code is made, and its holder is told by mail. What was learned stays."),
            _("The page of the old code says that it was replaced, and leads to the new one.")
            if self.certificate.state == State.ISSUED
            else _("The page of the old code goes on saying that it was revoked, and leads to the new one."),
        ]

    def decide(self, said: dict[str, Any]) -> HttpResponse:
        if self.certificate.holder_id == self.reviewer.pk:
            raise OwnCertificate
        again = reissue_certificate(self.certificate, **said, by=self.reviewer, now=self.now)
        tasks.render_certificate.delay_on_commit(again.pk)
        messages.success(self.request, _("This is the new certificate. It is being made."))
        return redirect("certificate_in_register", again.serial)


class WithdrawPage(Decision):
    page_title = gettext_lazy("Withdraw all certificates of this holder")
    does = gettext_lazy("Withdraw them all")
    is_grave = True

    def form(self, data: Any = None) -> WithdrawForm:
        return WithdrawForm(data, holder=self.certificate.holder)

    def consequences(self) -> list[str]:
        number = certificates_of(self.certificate.holder).exclude(state=State.WITHDRAWN).count()
        return [
            ngettext(
                "This is for holders who ask to be forgotten. %(number)s certificate is emptied: name, course, file, reasons.",
                "This is for holders who ask to be forgotten. %(number)s certificates are emptied: names, courses, files, reasons.",
                number,
            )
            % {"number": number},
            _("Their codes stay, and say to whoever asks that the certificate was withdrawn."),
            _("Nothing brings them back, and none is issued anew for what was learned."),
        ]

    def decide(self, said: dict[str, Any]) -> HttpResponse:
        number = withdraw_certificates(self.certificate.holder, by=self.reviewer, now=self.now)
        words = ngettext("%(number)s certificate is withdrawn.", "%(number)s certificates are withdrawn.", number)
        messages.success(self.request, words % {"number": number})
        return redirect("certificate_in_register", self.certificate.serial)
