"""The seller's pages of subscriptions."""

from __future__ import annotations

from django.urls import path

from subscriptions import pages

app_name = "subscriptions"
urlpatterns = [
    path("subscriptions/", pages.subscription_list, name="list"),
    path("subscriptions/<str:uid>/", pages.subscription, name="subscription"),
]
