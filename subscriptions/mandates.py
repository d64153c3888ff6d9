"""Merge snapshots of tokens: what a buyer allowed to be debited again.

Source: https://razorpay.com/docs/api/payments/recurring-payments/webhooks/
"""

from __future__ import annotations

from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from orders import merging
from orders.models import Order
from subscriptions.models import Mandate

OVER = {"cancelled", "rejected"}
LATEST = ("status", "method", "max_amount", "expired_at")


def merge(order: Order, entity: Entity, delivery: Delivery) -> Mandate:
    """Merge one snapshot into the mandate's row. The order is locked."""
    mandate = Mandate.objects.filter(
        gateway=order.gateway_id, razorpay_token_id=entity.id
    ).first() or Mandate(gateway_id=order.gateway_id, order=order, razorpay_token_id=entity.id)
    status = entity.get("status") or delivery.type.rpartition(".")[2]
    with merging.saving(mandate):
        mark = [int(status in OVER), delivery.as_of, delivery.digest]
        merging.latest(mandate, {**entity.fields, "status": status}, LATEST, mark)
    return mandate
