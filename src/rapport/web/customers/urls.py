"""Addresses of customers; every act is a resource."""

from django.urls import path

from rapport.web.customers import consents, links, listing, page, proposals

app_name = "customers"
urlpatterns = [
    path("", listing.index, name="list"),
    path("proposals/", proposals.index, name="proposals"),
    path("proposals/<int:proposal_id>/decision", proposals.decide, name="decision"),
    path("proposals/<int:proposal_id>/reopening", proposals.reopen, name="reopening"),
    path("<int:pk>/", page.show, name="show"),
    path("<int:pk>/links", links.create, name="links"),
    path("<int:pk>/links/<int:link_id>/retraction", links.retract, name="retraction"),
    path("<int:pk>/links/<int:link_id>/renewal", links.renew, name="renewal"),
    path("<int:pk>/consents", consents.create, name="consents"),
]
