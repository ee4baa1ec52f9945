from django.urls import path

from lms.access.reviewing import hardship, policies, reviews
from lms.access.rules.reviewing import Occasion

case = reviews.CasePage.as_view()

urlpatterns = [
    path("reviews/", reviews.ReviewsPage.as_view(), name="access_reviews"),
    path("reviews/weeks/", reviews.WeeksPage.as_view(), name="access_weeks"),
    path("reviews/requests/<int:case_id>/", case, {"occasion": Occasion.REQUEST}, name="access_review_request"),
    path("reviews/appeals/<int:case_id>/", case, {"occasion": Occasion.APPEAL}, name="access_review_appeal"),
    path("hardship/", hardship.HardshipPage.as_view(), name="access_hardship"),
    path("hardship/<int:request_id>/", hardship.HardshipCasePage.as_view(), name="access_hardship_request"),
    path("audits/", reviews.AuditsPage.as_view(), name="access_audits"),
    path("audits/<int:case_id>/", case, {"occasion": Occasion.AUDIT}, name="access_review_audit"),
    path("policies/", policies.PoliciesPage.as_view(), name="access_policies"),
    path("policies/<int:policy_id>/", policies.PolicyPage.as_view(), name="access_policy"),
    path("policies/<int:policy_id>/copy/", policies.CopyPolicyPage.as_view(), name="access_policy_copy"),
    path("policies/<int:policy_id>/edit/", policies.EditPolicyPage.as_view(), name="access_policy_edit"),
    path("policies/<int:policy_id>/delete/", policies.RemovePolicy.as_view(), name="access_policy_delete"),
    path("countries/", policies.CountryDataPage.as_view(), name="access_country_data"),
    path("countries/<int:data_set_id>/", policies.CountryRowsPage.as_view(), name="access_country_rows"),
]
