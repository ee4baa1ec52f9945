"""What is below /cms/seats/."""

from django.urls import path

from lms.dashboards.seats import groups, views

urlpatterns = [
    path("", views.SeatsPage.as_view(), name="seats_of_all"),
    path("<int:pool_id>/", views.PoolPage.as_view(), name="seats_of_pool"),
    path("<int:pool_id>/groups/", groups.GroupsPage.as_view(), name="groups_of_pool"),
    path("<int:pool_id>/groups/<int:block_id>/", groups.GroupPage.as_view(), name="group_of_pool"),
    path("<int:pool_id>/names.csv", views.roster, name="names_of_pool"),
]
