from django.urls import path

from rapport.web.firstrun import views

urlpatterns = [
    path("", views.first_run, name="first_run"),
    path("steps/", views.first_steps, name="first_steps"),
]
