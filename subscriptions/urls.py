"""The pages of subscriptions: the seller's, then the buyer's."""

from __future__ import annotations

from django.urls import path

from subscriptions.pages import acting, buyer, detail, giving, linking_plans, listed

app_name = "subscriptions"
urlpatterns = [
    path("subscriptions/", listed.subscription_list, name="list"),
    path("subscriptions/plans/link/", linking_plans.link_plan, name="link_plan"),
    path("subscriptions/<str:uid>/", detail.subscription, name="subscription"),
    path("subscriptions/<str:uid>/plan/", acting.change_plan, name="change_plan"),
    path("subscriptions/<str:uid>/pause/", acting.pause, name="pause"),
    path("subscriptions/<str:uid>/resume/", acting.resume, name="resume"),
    path("subscriptions/<str:uid>/cancel/", acting.cancel, name="cancel"),
    path("subscriptions/<str:uid>/give-access/", giving.give_access, name="give_access"),
    path("my/subscriptions/<str:uid>/cancel/", buyer.cancel, name="buyer_cancel"),
]
