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
    given = said({LINKS.get(name, name): value for name, value in entity.fields.items()})
    status = str(given.get("status") or "")
    rank = RANK.get(status, 0)
    with merging.saving(payment):
        merging.latest(payment, given, LATEST, [rank, delivery.as_of, delivery.digest])
        merging.first(payment, given, FIRST, delivery.as_of)
        merging.most(payment, given, ("amount_refunded",))
        if rank >= RANK[payment.status] and status in RANK:
            payment.status = status
        date_facts(payment, given, delivery, cause)
    return payment


def said(given: dict[str, Any]) -> dict[str, Any]:
    """Why it failed is a fact of the failure: a body that leaves it out, as some of a failed try do
    and all of one that succeeded after all, says nothing about that."""
    return {name: v for name, v in given.items() if v or not name.startswith("error_")}


def date_facts(payment: Payment, given: dict[str, Any], delivery: Delivery, cause: Cause) -> None:
    """Note that money came in, or that a try failed, and the earliest snapshot that says so."""
    when = delivery.as_of or given.get("created_at") or 0
    if says_captured(given):
        payment.captured = True
        went_back = given.get("amount_refunded") or given.get("refund_status")
        note(payment, "captured_at", when, is_exact=delivery.is_dated and not went_back)
    if given.get("status") == Payment.Status.FAILED:
        note(payment, "failed_at", when, is_exact=delivery.is_dated)
        payment.failure_learnt_at = merging.earliest(payment.failure_learnt_at, cause.learnt_at)
    if payment.captured and is_loose(payment, "captured_at"):
        # It failed before it was captured, never after.
        loose = payment.marks[place("captured_at")][1]
        payment.captured_at = max(loose, payment.failed_at or 0)


def note(payment: Payment, name: str, when: int, *, is_exact: bool) -> None:
    """Note when it happened. What Razorpay answers has no date but the payment's creation, which
    may lie days before: the earliest event that tells of it, if there is one, knows better."""
    exact, loose = payment.marks.get(place(name), [getattr(payment, name), None])
    if is_exact:
        exact = merging.earliest(exact, when)
    else:
        loose = merging.earliest(loose, when)
    if loose is not None:
        payment.marks[place(name)] = [exact, loose]
    setattr(payment, name, loose if exact is None else exact)


def is_loose(payment: Payment, name: str) -> bool:
    """Whether no event with a date of its own has told of it."""
    return payment.marks.get(place(name), [0])[0] is None


def place(name: str) -> str:
    return f"times {name}"


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
