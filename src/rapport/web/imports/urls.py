from django.urls import path

from rapport.web.imports import mapping, views

app_name = "imports"
urlpatterns = [
    path("", views.import_list, name="list"),
    path("new/", views.new, name="new"),
    path("files/<str:token>/", mapping.map_columns, name="map"),
    path("files/<str:token>/removal/", views.drop, name="drop"),
    path("<int:import_id>/", views.show, name="show"),
    path("<int:import_id>/rejects.csv", views.rejects, name="rejects"),
    path("<int:import_id>/retraction/", views.take_back, name="take_back"),
    path("<int:import_id>/run/", views.try_again, name="run"),
]
