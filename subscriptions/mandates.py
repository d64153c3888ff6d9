"""Merge snapshots of tokens: what a buyer allowed to be debited again.

Source: https://razorpay.com/docs/api/payments/recurring-payments/webhooks/
"""

from __future__ import annotations

from typing import Any

from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from orders import merging
from orders.models import Order
from subscriptions.models import Mandate

CONFIRMED = "confirmed"
# Nothing brings such a mandate back; the buyer has to allow it anew.
OVER = {"cancelled", "rejected", "expired"}
FIRST = ("razorpay_customer_id", "created_at")
LATEST = (
    "status", "method", "max_amount", "international", "failure_reason", "expired_at",
)  # fmt: skip


def merge(order: Order, entity: Entity, delivery: Delivery) -> Mandate:
    """Merge one snapshot into the mandate's row. The order is locked."""
    mandate = Mandate.objects.filter(
        gateway=order.gateway_id, razorpay_token_id=entity.id
    ).first() or Mandate(gateway_id=order.gateway_id, order=order, razorpay_token_id=entity.id)
    given = facts(entity, delivery)
    with merging.saving(mandate):
        mark = [int(given["status"] in OVER), delivery.as_of, delivery.digest]
        merging.latest(mandate, given, LATEST, mark)
        merging.first(mandate, given, FIRST, delivery.as_of)
        if given["status"] in OVER:
            mandate.ended_at = merging.earliest(mandate.ended_at, delivery.as_of)
    return mandate


def facts(entity: Entity, delivery: Delivery) -> dict[str, Any]:
    """The token's fields under our names. Its status is in its recurring details."""
    given = {**entity.fields, **(entity.get("card") or {})}
    details = given.pop("recurring_details", None) or {}
    step = delivery.type.rpartition(".")[2]
    said = details.get("status") or given.get("status")
    if "customer_id" in given:
        given["razorpay_customer_id"] = given["customer_id"]
    if "failure_reason" in details:
        given["failure_reason"] = details["failure_reason"]
    return {**given, "status": said or ("" if step == "fetched" else step)}
