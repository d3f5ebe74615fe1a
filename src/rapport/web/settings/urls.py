from django.urls import path

from rapport.web.settings import audit, keys, organisation, people, rates

urlpatterns = [
    path("", organisation.organisation, name="settings"),
    path("rates/", rates.rates, name="rates"),
    path("rates/<int:rate_id>/removal/", rates.removal, name="rate_removal"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new, name="person_new"),
    path("people/<int:member_id>/", people.person, name="person"),
    path("people/<int:member_id>/password/", people.password, name="person_password"),
    path("people/<int:member_id>/departure/", people.departure, name="person_departure"),
    path("people/<int:member_id>/return/", people.come_back, name="person_return"),
    path("audit/", audit.audit, name="audit"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:key_id>/revocation/", keys.revocation, name="key_revocation"),
]
