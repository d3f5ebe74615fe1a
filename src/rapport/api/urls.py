"""Every address below /api/ that Django serves."""

from django.urls import path, re_path

from rapport.api.application import api, unknown

urlpatterns = [path("", api.urls), re_path("", unknown)]
