from django.urls import path

from rapport.web.today import views

urlpatterns = [path("", views.today, name="today")]
