"""Every page, area by area."""

from django.urls import include, path

from rapport.web import look

urlpatterns = [
    path("", include("rapport.web.today.urls")),
    path("look/", look.choose_theme, name="theme"),
    path("first-run/", include("rapport.web.firstrun.urls")),
    path("desk/", include("rapport.web.desk.urls")),
    path("customers/", include("rapport.web.customers.urls")),
    path("", include("rapport.web.privacy.urls")),
    path("search/", include("rapport.web.search.urls")),
    path("imports/", include("rapport.web.imports.urls")),
    path("measures/", include("rapport.web.measures.urls")),
    path("touchpoints/", include("rapport.web.touchpoints.urls")),
    path("settings/", include("rapport.web.settings.urls")),
    path("design/", include("rapport.web.design.urls")),
]
