from django.urls import path

from rapport.web.design import views

urlpatterns = [path("", views.design, name="design")]
