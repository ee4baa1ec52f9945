from django.urls import path

from lms.dashboards import views

urlpatterns = [
    path("", views.show_insights, name="insights"),
    path("<slug:table>.csv", views.download_csv, name="insights_csv"),
    path("<slug:table>.xlsx", views.download_xlsx, name="insights_xlsx"),
]
