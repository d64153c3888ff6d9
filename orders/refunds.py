"""Merge snapshots of refunds.

pending < failed < processed, upwards only; the entity's own status counts, whichever event brings
it (published refund.created bodies are already processed).
Source: https://razorpay.com/docs/api/refunds/entity/
"""

from __future__ import annotations

from datetime import timedelta

from gateways import lookups
from gateways.models import LookUp
from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from orders import merging
from orders.models import Payment, Refund

RANK = {status: rank for rank, status in enumerate(Refund.Status.values)}
SAID_BY_EVENT = {
    "refund.processed": Refund.Status.PROCESSED,
    "refund.failed": Refund.Status.FAILED,
}
FIRST = ("amount", "currency", "notes", "created_at")
LATEST = ("speed_processed",)


def merge(payment: Payment, entity: Entity, delivery: Delivery) -> Refund:
    """Merge one snapshot into the refund's row. The payment's order is locked."""
    refund = Refund.objects.filter(
        gateway=payment.gateway_id, razorpay_refund_id=entity.id
    ).first() or Refund(
        gateway_id=payment.gateway_id, payment=payment, razorpay_refund_id=entity.id
    )
    status = entity.get("status")
    if status not in RANK:
        status = SAID_BY_EVENT.get(delivery.type, Refund.Status.PENDING)
    when = delivery.as_of or entity.get("created_at") or 0
    with merging.saving(refund):
        mark = [RANK[status], delivery.as_of, delivery.digest]
        merging.latest(refund, entity.fields, LATEST, mark)
        merging.first(refund, entity.fields, FIRST, delivery.as_of)
        if RANK[status] >= RANK[refund.status]:
            refund.status = status
        if status == Refund.Status.PROCESSED:
            refund.processed_at = merging.earliest(refund.processed_at, when)
        if status == Refund.Status.FAILED:
            refund.failed_at = merging.earliest(refund.failed_at, when)
    ask_when_in_doubt(payment, refund)
    return refund


def ask_when_in_doubt(payment: Payment, refund: Refund) -> None:
    """Both ends were seen, or Razorpay refunded more than we know: only asking can tell."""
    if refund.processed_at is not None and refund.failed_at is not None:
        lookups.ask(
            payment.gateway_id,
            LookUp.Kind.REFUND,
            refund.razorpay_refund_id,
            LookUp.Why.BOTH_ENDS,
        )


def ask_for_missing(payment: Payment) -> None:
    """A payment that says more was refunded than our rows know is a reason to ask."""
    known = sum(
        refund.amount or 0
        for refund in payment.refunds.all()
        if refund.status != Refund.Status.FAILED
    )
    if payment.amount_refunded <= known:
        why = LookUp.Why.MORE_REFUNDED
        lookups.settled(payment.gateway_id, payment.razorpay_payment_id, why)
    else:
        lookups.ask(
            payment.gateway_id,
            LookUp.Kind.REFUNDS,
            payment.razorpay_payment_id,
            LookUp.Why.MORE_REFUNDED,
            # The refund's own event is usually on its way.
            wait=timedelta(minutes=15),
        )
