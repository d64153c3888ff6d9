"""Which of Razorpay's subscriptions is an order's own: the first that we hear of.

Every other that bears the order's note is a twin: made by a call whose answer was lost, and shown
to nobody. A twin is named by a doubt that stands until it is cancelled (`twins`).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from gateways import problems
from gateways.models import Problem
from orders import checkout, linking
from subscriptions import doubts, settling
from subscriptions.models import Doubt, Subscription

Json = dict[str, Any]


@transaction.atomic
def answered(subscription: Subscription, created: Json, doubt: Doubt) -> None:
    """Razorpay's answer to the call that the doubt stands for."""
    hold(subscription)
    if subscription.razorpay_subscription_id is None:
        adopt(subscription, created)
    name(subscription, str(created["id"]), by=doubt)


@transaction.atomic
def listed(subscription: Subscription, item: Json) -> bool:
    """One that Razorpay's list shows, with our note; whether the order has its subscription now.

    An order whose time is up takes none: whoever asked for it was told nothing.
    """
    hold(subscription)
    is_over = item.get("status") in Subscription.FINAL
    nameless = subscription.razorpay_subscription_id is None
    if nameless and not is_over and checkout.is_open(subscription.order):
        adopt(subscription, item)
    name(subscription, str(item["id"]), is_over=is_over)
    return subscription.razorpay_subscription_id is not None


def reported(subscription: Subscription, razorpay_id: str, status: str) -> None:
    """An event tells of one that bears our note, while the order has another, and keeps it.

    The order is not locked: the inbox holds the event's ids by now, and they come last.
    """
    is_over = status in Subscription.FINAL
    name(subscription, razorpay_id, is_over=is_over)
    if is_over:
        problems.clear(subscription.gateway, Problem.Kind.LATE_TWIN, razorpay_id)


def age(item: Json) -> tuple[int, str]:
    """Sorts the oldest to the front: all who look at a list take the same one first."""
    return (item.get("created_at") or 0, item["id"])


def hold(subscription: Subscription) -> None:
    """Lock the order, as everybody does first, and see whether others named its subscription."""
    linking.hold_row(subscription.order)
    subscription.refresh_from_db(fields=["razorpay_subscription_id"])


def name(
    subscription: Subscription, razorpay_id: str, *, is_over: bool = False, by: Doubt | None = None
) -> None:
    """Settle the doubt that this one explains, or have the twin cancelled."""
    ours = subscription.razorpay_subscription_id == razorpay_id
    doubts.explain(subscription, razorpay_id, settled=ours or is_over, by=by)


def adopt(subscription: Subscription, entity: Json) -> None:
    """From now on Razorpay's events find this subscription. The order is locked."""
    subscription.razorpay_subscription_id = str(entity["id"])
    subscription.razorpay_plan_id = subscription.plan.razorpay_plan_id or ""
    subscription.short_url = str(entity.get("short_url") or "")[:255]
    subscription.save(update_fields=["razorpay_subscription_id", "razorpay_plan_id", "short_url"])
    linking.be_placed(subscription.order)
    if subscription.order.access_on_form:
        settling.begin(subscription)
    linking.announce(subscription.gateway_id, [subscription.razorpay_subscription_id])
