from django.urls import path

from certificates.oversight.views import certificate, register

urlpatterns = [
    path("", register.RegisterView.as_view(), name="certificate_register"),
    path("results/", register.RegisterView.as_view(results_only=True), name="certificate_register_results"),
    path("set-aside/", certificate.RetryAllPage.as_view(), name="certificates_set_aside"),
    path("<str:serial>/", certificate.CertificatePage.as_view(), name="certificate_in_register"),
    path("<str:serial>/retry/", certificate.RetryPage.as_view(), name="retry_certificate"),
    path("<str:serial>/revoke/", certificate.RevokePage.as_view(), name="revoke_certificate"),
    path("<str:serial>/reissue/", certificate.ReissuePage.as_view(), name="reissue_certificate"),
    path("<str:serial>/withdraw/", certificate.WithdrawPage.as_view(), name="withdraw_certificates"),
]
