from django.urls import path

from rapport.web.measures import views

urlpatterns = [
    path("", views.measures, name="measures"),
    path("<slug:name>/", views.measure, name="measure"),
    path("<slug:name>/chart.svg", views.chart, name="measure_chart"),
]
