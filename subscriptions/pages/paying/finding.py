"""A bill by its id, which is random: whoever has the link may pay, as with an order."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from orders import visiting
from orders.models import Order
from orders.pages.paying import views as paying
from subscriptions.models import Bill, Subscription

LINKED = (
    "subscription__order__gateway__account",
    "subscription__order__product",
    "subscription__order__price",
    "subscription__order__customer__account",
    "subscription__gateway",
)


def bill(uid: str) -> Bill:
    found = Bill.objects.select_related(*LINKED).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def subscription_of(order_uid: str, *, ours_to_charge: bool) -> Subscription:
    """The subscription of a pay link, of the one kind or the other."""
    found = (
        Subscription.objects.select_related(
            "order__gateway__account", "order__product", "order__price", "order__customer__account",
            "gateway",
        )
        .filter(order__uid=order_uid)
        .first()
    )  # fmt: skip
    if found is None or found.is_ours_to_charge != ours_to_charge:
        raise Http404
    return found


def may_prefill(request: HttpRequest, order: Order) -> bool:
    return paying.may_prefill(request, order)


def is_here(request: HttpRequest, order: Order) -> bool:
    return order.customer in visiting.here(request)
