"""What a subscription is charged now: the price of its plan in force, which may have changed.

Plans are of a room to our right, which nothing here imports.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from orders.models import Price


def prices(subscriptions: Iterable[Any]) -> dict[int, Price]:
    """By the subscription's pk, in one query. While its plan is unknown, what was ordered."""
    asked = list(subscriptions)
    known = Price.objects.filter(
        plans__gateway__in={row.gateway_id for row in asked},
        plans__razorpay_plan_id__in={row.razorpay_plan_id for row in asked} - {""},
    )
    rows = known.select_related("product").annotate(
        at_gateway=F("plans__gateway"), as_plan=F("plans__razorpay_plan_id")
    )
    found = {(row.at_gateway, row.as_plan): row for row in rows}
    return {
        row.pk: found.get((row.gateway_id, row.razorpay_plan_id), row.order.price) for row in asked
    }


def price(subscription: Any) -> Price:
    """Of one subscription."""
    return prices([subscription])[subscription.pk]
