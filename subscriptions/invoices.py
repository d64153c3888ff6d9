"""Merge snapshots of invoices: draft < issued < partially_paid < over < paid, upwards only.

Source: https://razorpay.com/docs/api/payments/invoices/
"""

from __future__ import annotations

from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from orders import merging
from subscriptions.models import Invoice, Subscription

RANK = {status: rank for rank, status in enumerate(Invoice.Status.values)}
LINKS = {"order_id": "razorpay_order_id", "payment_id": "razorpay_payment_id"}
FIRST = (
    *LINKS.values(), "amount", "currency", "billing_start", "billing_end", "short_url",
    "created_at", "paid_at", "expired_at",
)  # fmt: skip


def merge(subscription: Subscription, entity: Entity, delivery: Delivery) -> Invoice:
    """Merge one snapshot into the invoice's row. The order is locked."""
    invoice = Invoice.objects.filter(
        gateway=subscription.gateway_id, razorpay_invoice_id=entity.id
    ).first() or Invoice(
        gateway_id=subscription.gateway_id,
        subscription=subscription,
        razorpay_invoice_id=entity.id,
    )
    given = {LINKS.get(name, name): value for name, value in entity.fields.items()}
    status = given.get("status") or delivery.type.rpartition(".")[2]
    paying = delivery["payment"]
    if paying is not None and status == Invoice.Status.PAID:
        given["razorpay_payment_id"] = paying.id
    with merging.saving(invoice):
        merging.first(invoice, given, FIRST, delivery.as_of)
        if RANK.get(status, -1) > RANK.get(invoice.status, -1):
            invoice.status = status
    return invoice
