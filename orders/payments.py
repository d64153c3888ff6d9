"""Merge snapshots of payments.

A payment's status is a rank and only moves up: `failed -> authorized -> captured` is real (a late
authorisation, a second try inside a UPI app), the way back is not.
Source: https://razorpay.com/docs/payments/payments/late-authorisation/
"""

from __future__ import annotations

from typing import Any

from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from orders import merging
from orders.causes import Cause
from orders.models import Order, Payment

RANK = {status: rank for rank, status in enumerate(Payment.Status.values)}

# Razorpay's field -> ours, where the names differ.
LINKS = {
    "order_id": "razorpay_order_id",
    "invoice_id": "razorpay_invoice_id",
    "customer_id": "razorpay_customer_id",
    "token_id": "razorpay_token_id",
}
FIRST = (*LINKS.values(), "amount", "currency", "email", "contact", "notes", "created_at")
LATEST = (
    "method", "card", "international", "bank", "wallet", "vpa", "fee", "tax", "refund_status",
    "error_code", "error_description", "error_source", "error_step", "error_reason",
)  # fmt: skip


def merge(order: Order, entity: Entity, delivery: Delivery, cause: Cause) -> Payment:
    """Merge one snapshot into the payment's row. The order is locked."""
    payment = Payment.objects.filter(
        gateway=order.gateway_id, razorpay_payment_id=entity.id
    ).first() or Payment(gateway_id=order.gateway_id, order=order, razorpay_payment_id=entity.id)
    given = {LINKS.get(name, name): value for name, value in entity.fields.items()}
    status = str(given.get("status") or "")
    rank = RANK.get(status, 0)
    with merging.saving(payment):
        merging.latest(payment, given, LATEST, [rank, delivery.as_of, delivery.digest])
        merging.first(payment, given, FIRST, delivery.as_of)
        merging.most(payment, given, ("amount_refunded",))
        if rank >= RANK[payment.status] and status in RANK:
            payment.status = status
        date_facts(payment, given, delivery.as_of, cause)
    return payment


def date_facts(payment: Payment, given: dict[str, Any], as_of: int, cause: Cause) -> None:
    """Note that money came in, or that a try failed, and the earliest snapshot that says so."""
    when = as_of or given.get("created_at") or 0
    if says_captured(given):
        payment.captured = True
        payment.captured_at = merging.earliest(payment.captured_at, when)
    if given.get("status") == Payment.Status.FAILED:
        payment.failed_at = merging.earliest(payment.failed_at, when)
        payment.failure_learnt_at = merging.earliest(payment.failure_learnt_at, cause.learnt_at)


def says_captured(given: dict[str, Any]) -> bool:
    """Whether this snapshot proves that the money is the seller's.

    Published samples of failed payments carry `captured: true`, so the flag alone proves nothing.
    """
    status = given.get("status")
    if status == Payment.Status.CAPTURED:
        return True
    if status in {Payment.Status.CREATED, Payment.Status.FAILED, Payment.Status.AUTHORIZED}:
        return False
    refunded = status == Payment.Status.REFUNDED or bool(given.get("refund_status"))
    return refunded and bool(given.get("captured"))
