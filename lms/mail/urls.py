from django.urls import path

from lms.mail import views

urlpatterns = [
    path("", views.UnsentMailView.as_view(), name="unsent_mail"),
    path("results/", views.UnsentMailView.as_view(results_only=True), name="unsent_mail_results"),
    path("again/", views.send_failed_mail_again, name="send_failed_mail_again"),
]
