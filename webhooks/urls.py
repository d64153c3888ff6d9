from django.urls import path

from webhooks import assigning_pages, pages, views
from webhooks.keeping import pages as keeping
from webhooks.reconciling import pages as reconciling

app_name = "webhooks"
PREFIX = "/webhooks/razorpay/"

urlpatterns = [
    path("webhooks/razorpay/<str:token>/", views.receive, name="receive"),
    path("events/", pages.event_list, name="events"),
    path("events/export/", keeping.download, name="download"),
    path("events/reconcile/", reconciling.run_list, name="reconcile"),
    path("events/reconcile/<str:uid>/", reconciling.run, name="reconciliation"),
    path("events/again/", pages.process_parked_again, name="process_parked_again"),
    path("events/<int:pk>/", pages.event, name="event"),
    path("events/<int:pk>/again/", pages.process_again, name="process_again"),
    path("events/<int:pk>/assign/", assigning_pages.choose, name="choose_order"),
    path("events/<int:pk>/assign/<str:uid>/", assigning_pages.confirm, name="assign"),
    path("events/<int:pk>/unassign/", assigning_pages.undo, name="undo_assignment"),
    path("settings/data/", keeping.data, name="data"),
]
