"""Every address of Rapport that Django serves; the hot ingestion routes are in asgi.py."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include("rapport.web.urls")),
]
