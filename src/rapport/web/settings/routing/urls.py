from django.urls import path

from rapport.web.settings.routing import overview, people, queues

urlpatterns = [
    path("", overview.routing, name="routing"),
    path("skills/", overview.skills, name="routing_skills"),
    path("skills/<int:skill_id>/closure/", overview.skill_closure, name="skill_closure"),
    path("queues/new/", queues.new, name="queue_new"),
    path("queues/<int:queue_id>/", queues.queue, name="queue"),
    path("queues/<int:queue_id>/closure/", queues.closure, name="queue_closure"),
    path("people/<int:member_id>/", people.person, name="seat"),
]
