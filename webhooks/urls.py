from django.urls import path

from webhooks import pages, views

app_name = "webhooks"
PREFIX = "/webhooks/razorpay/"

urlpatterns = [
    path("webhooks/razorpay/<str:token>/", views.receive, name="receive"),
    path("events/", pages.event_list, name="events"),
    path("events/<int:pk>/", pages.event, name="event"),
    path("events/<int:pk>/again/", pages.process_again, name="process_again"),
]
