from django.urls import path

from courses.progress.cohorts import views

urlpatterns = [
    path("cohorts/<int:run_id>/", views.cohort, name="cohort"),
    path("my/runs/<int:run_id>/apply", views.apply, name="apply_for_cohort"),
    path("my/runs/<int:run_id>/pay-less", views.ask_to_pay_less, name="ask_to_pay_less"),
    path("my/runs/<int:run_id>/accept", views.accept, name="accept_cohort_seat"),
    path("my/runs/<int:run_id>/give-up", views.give_up, name="give_up_cohort_seat"),
]
