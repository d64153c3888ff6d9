"""Payments that stayed authorized: the money left the buyer and is not the seller's.

Our orders ask for automatic capture. A straggler that is wanted is captured here, with its exact
amount; all others are left to Razorpay, which gives them back by itself after three days.
Source: https://razorpay.com/docs/payments/payments/capture-settings/

A call whose answer was lost, or whose process died, is not repeated: the next look asks first, and
Razorpay refuses a second capture.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from gateways.models import LookUp
from gateways.razorpay.client import Json, Razorpay
from orders import asking, settling
from orders.causes import at
from orders.models import Order, Payment

log = structlog.get_logger(__name__)

AUTHORIZED = Payment.Status.AUTHORIZED
UNPAID = {Order.Status.CREATED, Order.Status.ATTEMPTED}


class StillAuthorized:
    """A question of `orders.looking_up.questions`."""

    def is_settled(self, row: LookUp, now: datetime) -> bool:
        payment = known(row)
        return payment is not None and payment.status != AUTHORIZED

    def ask(self, row: LookUp, razorpay: Razorpay, now: datetime) -> bool:
        told = razorpay.payment(row.razorpay_id)
        asking.pass_on(row.gateway_id, *asking.of_payment(razorpay, told))
        if told.get("status") != AUTHORIZED:
            return False
        order = wanted_by(row, told, now)
        if order is not None and is_unpaid(order, razorpay):
            log.info("payment.captured_late", order=order.uid, payment=row.razorpay_id)
            captured = razorpay.capture(
                row.razorpay_id, amount=asked_of(order), currency=order.currency
            )
            asking.pass_on(row.gateway_id, "payment.fetched", {"payment": captured})
        return False


def known(row: LookUp) -> Payment | None:
    rows = Payment.objects.filter(gateway=row.gateway_id, razorpay_payment_id=row.razorpay_id)
    return rows.first()


@transaction.atomic
def wanted_by(row: LookUp, told: Json, now: datetime) -> Order | None:
    """The order that this payment is to pay. What was concluded under its lock stays true: of the
    authorized payments of its order at Razorpay only the one heard of first is ever captured here,
    so two processes cannot take two. What was paid elsewhere and assigned by hand is not captured
    here, and stands in no way."""
    payment = known(row)
    if payment is None:
        return None
    order = settling.locked(payment.order_id)
    own = order.payments.filter(razorpay_order_id=order.razorpay_order_id or "")
    first = own.filter(status=AUTHORIZED).order_by("pk").first()
    if first is None or first.pk != payment.pk or not is_wanted(order, first, now):
        return None
    terms = (told.get("order_id"), told.get("amount"), told.get("currency"))
    return order if terms == (order.razorpay_order_id, asked_of(order), order.currency) else None


def asked_of(order: Order) -> int:
    """What its order at Razorpay asks for, in the smallest unit; that of a mandate too."""
    return order.amount + order.price.upfront_amount


def is_wanted(order: Order, payment: Payment, now: datetime) -> bool:
    """Paid by nothing else, in time, and not what the buyer said later that they no longer want.

    Charges that repeat have other orders at Razorpay, and are captured by whoever makes them.
    """
    is_open = order.status in UNPAID and order.amount_paid == 0 and now < order.expires_at
    declined = order.declined_at is not None and at(payment.created_at or 0) < order.declined_at
    return is_open and not declined and bool(order.razorpay_order_id)


def is_unpaid(order: Order, razorpay: Razorpay) -> bool:
    """Whether Razorpay says so too; else what paid it has not been heard of, and is asked for."""
    found = razorpay.order(order.razorpay_order_id or "")
    if found.get("status") != "paid" and not found.get("amount_paid"):
        return True
    for payment in razorpay.order_payments(order.razorpay_order_id or ""):
        asking.pass_on(order.gateway_id, "payment.fetched", {"payment": payment})
    return False
