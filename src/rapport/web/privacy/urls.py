"""Addresses of privacy; every act is a resource."""

from django.urls import path

from rapport.web.privacy import customer, fetching

app_name = "privacy"
urlpatterns = [
    path("customers/<int:pk>/privacy/", customer.show, name="customer"),
    path("customers/<int:pk>/copies/", customer.copy, name="copies"),
    path("customers/<int:pk>/erasure/", customer.ask, name="erasure"),
    path("customers/erasures/<int:erasure_id>/confirmation/", customer.confirm, name="confirmation"),
    path("customers/erasures/<int:erasure_id>/withdrawal/", customer.withdraw, name="withdrawal"),
    path("files/<str:token>/", fetching.fetch, name="file"),
]
