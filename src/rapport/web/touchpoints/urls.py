from django.urls import path

from rapport.web.touchpoints import views

urlpatterns = [
    path("", views.touchpoints, name="touchpoints"),
    path("new/", views.new, name="touchpoint_new"),
    path("<int:touchpoint_id>/", views.touchpoint, name="touchpoint"),
    path("<int:touchpoint_id>/edit/", views.edit, name="touchpoint_edit"),
    path("<int:touchpoint_id>/closure/", views.closure, name="touchpoint_closure"),
    path("<int:touchpoint_id>/opening/", views.opening, name="touchpoint_opening"),
]
