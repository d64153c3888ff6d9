"""The pages of subscriptions: the seller's, then the buyer's."""

from __future__ import annotations

from django.urls import path

from subscriptions.pages import acting, buyer, detail, giving, linking_plans, listed
from subscriptions.pages.paying import bills, changing, renewing

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
    path("pay/<str:uid>/mandate/", bills.give_mandate, name="give_mandate"),
    path("pay/bill/<str:uid>/", bills.pay_bill, name="pay_bill"),
    path("pay/bill/<str:uid>/may/", renewing.may_pay, name="may_pay"),
    path("pay/bill/<str:uid>/return/", bills.returned, name="bill_returned"),
    path("pay/bill/<str:uid>/thanks/", bills.thanks, name="bill_thanks"),
    path("pay/bill/<str:uid>/renew/", renewing.renew, name="renew_mandate"),
    path("pay/<str:uid>/method/", changing.change_method, name="change_method"),
    path("pay/<str:uid>/method/return/", changing.returned, name="method_returned"),
    path("pay/<str:uid>/method/changed/", changing.changed, name="method_changed"),
    path("my/subscriptions/<str:uid>/cancel/", buyer.cancel, name="buyer_cancel"),
]
