from django.urls import path

from certificates.oversight.views import bulk_issues, certificate, checks, corrections, register, revocations
from courses.webinars.models import Webinar

urlpatterns = [
    path("", register.RegisterView.as_view(), name="certificate_register"),
    path("results/", register.RegisterView.as_view(results_only=True), name="certificate_register_results"),
    path("set-aside/", certificate.RetryAllPage.as_view(), name="certificates_set_aside"),
    path("corrections/", corrections.CorrectionsPage.as_view(), name="corrections"),
    path("corrections/<int:correction_id>/", corrections.CorrectionPage.as_view(), name="correction"),
    path("checks/", checks.ChecksPage.as_view(), name="certificate_checks"),
    path("checks/<int:inspection_id>/", checks.CheckPage.as_view(), name="certificate_check"),
    path("revocations/", revocations.RevocationsPage.as_view(), name="revocations"),
    path("revocations/new/", revocations.ProposePage.as_view(), name="propose_revocation"),
    path("revocations/<int:proposal_id>/", revocations.ProposalPage.as_view(), name="revocation"),
    path("revocations/<int:proposal_id>.csv", revocations.ProposalReport.as_view(), name="revocation_csv"),
    path("bulk/", bulk_issues.BulkIssuesPage.as_view(), name="bulk_issues"),
    path("bulk/<int:bulk_id>/", bulk_issues.BulkIssuePage.as_view(), name="bulk_issue"),
    path("bulk/<int:bulk_id>.csv", bulk_issues.BulkIssueReport.as_view(), name="bulk_issue_csv"),
    path("bulk/course/<int:subject_id>/", bulk_issues.PreviewPage.as_view(), name="bulk_issue_of_course"),
    path(
        "bulk/webinar/<int:subject_id>/",
        bulk_issues.PreviewPage.as_view(model=Webinar),
        name="bulk_issue_of_webinar",
    ),
    path("<str:serial>/", certificate.CertificatePage.as_view(), name="certificate_in_register"),
    path("<str:serial>/retry/", certificate.RetryPage.as_view(), name="retry_certificate"),
    path("<str:serial>/revoke/", certificate.RevokePage.as_view(), name="revoke_certificate"),
    path("<str:serial>/reissue/", certificate.ReissuePage.as_view(), name="reissue_certificate"),
    path("<str:serial>/withdraw/", certificate.WithdrawPage.as_view(), name="withdraw_certificates"),
]
