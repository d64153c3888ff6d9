"""The books of one gateway as plain values, to compare what two histories led to."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.db import models

from gateways.models import Gateway
from orders.models import Dispute, Grant, Mail, Order, Payment, Reattempt, Refund
from subscriptions.models import Charge, Cycle, Invoice, Mandate, Subscription
from webhooks.models import Event

# Row identity, and the one thing that may depend on when we looked.
LEFT_OUT = {"id", "uid", "conflicts"}


def values(row: models.Model, *left_out: str) -> dict[str, Any]:
    skipped = LEFT_OUT | set(left_out)
    return {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in skipped
    }


def of(gateway: Gateway) -> dict[str, Any]:
    """Everything that is derived from the inbox, by Razorpay's own ids."""
    payments = {p.pk: p.razorpay_payment_id for p in Payment.objects.filter(gateway=gateway)}
    return {
        "orders": {
            order.pk: (order.status, order.amount_paid, order.amount_refunded)
            for order in Order.objects.filter(gateway=gateway)
        },
        "payments": by(Payment.objects.filter(gateway=gateway), "razorpay_payment_id"),
        "refunds": by(Refund.objects.filter(gateway=gateway), "razorpay_refund_id", "payment"),
        "disputes": by(Dispute.objects.filter(gateway=gateway), "razorpay_dispute_id", "payment"),
        "subscriptions": by(Subscription.objects.filter(gateway=gateway), "pk"),
        "cycles": by(Cycle.objects.filter(subscription__gateway=gateway), "subscription_id start"),
        "charges": sorted(
            (charge.cycle.start, charge.payment.razorpay_payment_id, charge.source)
            for charge in Charge.objects.filter(payment__gateway=gateway)
        ),
        "invoices": by(Invoice.objects.filter(gateway=gateway), "razorpay_invoice_id"),
        "mandates": by(Mandate.objects.filter(gateway=gateway), "razorpay_token_id"),
        "grants": by(Grant.objects.filter(order__gateway=gateway), "order_id resource_id"),
        "reattempts": sorted(
            str({**values(row), "payment": payments.get(row.payment_id or 0)})
            for row in Reattempt.objects.filter(order__gateway=gateway)
        ),
        "mails": sorted(
            (mail.kind, mail.fact) for mail in Mail.objects.filter(order__gateway=gateway)
        ),
        "events": sorted(
            Event.objects.filter(gateway=gateway).values_list("type", "status", "order_id")
        ),
    }


def by(rows: Any, key: str, *left_out: str) -> dict[Any, Any]:
    """The rows by the columns in `key`, divided by spaces."""
    of_row = attrgetter(*key.split())
    return {of_row(row): values(row, *left_out) for row in rows}
