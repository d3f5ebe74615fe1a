"""Every address of Rapport that Django serves; the hot ingestion routes are in asgi.py."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("api/", include("rapport.api.urls")),
    path("account/", include("rapport.web.account.urls")),
    path("", include("rapport.web.urls")),
]

if settings.ANYMAIL:
    urlpatterns.insert(0, path("", include("rapport.api.mail_webhooks")))

handler403 = "rapport.web.refusals.not_allowed"
handler404 = "rapport.web.refusals.not_found"
handler500 = "rapport.web.refusals.failed"
