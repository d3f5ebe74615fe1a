from django.urls import path

from rapport.web.settings.clocks import calendars, overview, policies

urlpatterns = [
    path("", overview.clocks, name="clocks"),
    path("policies/new/", policies.new, name="policy_new"),
    path("policies/<int:policy_id>/", policies.policy, name="policy"),
    path("policies/<int:policy_id>/retirement/", policies.retirement, name="policy_retirement"),
    path("calendars/new/", calendars.new, name="calendar_new"),
    path("calendars/<int:calendar_id>/", calendars.calendar, name="calendar"),
    path("calendars/<int:calendar_id>/closure/", calendars.closure, name="calendar_closure"),
]
