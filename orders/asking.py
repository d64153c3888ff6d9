"""Ask Razorpay about one order while its buyer waits, and let the inbox merge what it answers.

Checkout's own success is only a hint, and a webhook may take its time. The inbox is a room to the
right, so it is told by a signal: (gateway_id, name, entities, asked_at).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import structlog
from django.core.cache import cache
from django.dispatch import Signal

from gateways import problems
from gateways.razorpay.client import BUYER_LIMITS, Razorpay
from gateways.razorpay.errors import RazorpayError
from orders.models import Order

log = structlog.get_logger(__name__)

answered = Signal()
# What is fetched of these says how they stand now, and not since when.
UNDATED = {"dispute.fetched", "refund.resolved", "subscription.fetched", "token.fetched"}
PAUSE = 5  # seconds between two questions about one order, whoever asks
Answer = tuple[str, dict[str, Any]]


def about(order: Order, razorpay_payment_id: str = "") -> bool:
    """Ask about one payment, or about all tries to pay; whether Razorpay answered.

    Asks at most every few seconds: a page that is reloaded in a loop asks nothing. A failure is
    noted and told nobody: the webhook comes all the same.
    """
    if not cache.add(f"asked:{order.pk}:{razorpay_payment_id}", 1, PAUSE):
        return True
    # Its state is no newer than the question, however long the answers take to be merged.
    asked_at = int(time.time())
    try:
        with problems.watching_keys(order.gateway):
            razorpay = Razorpay.of(order.gateway, BUYER_LIMITS)
            told = list(answers(razorpay, order, razorpay_payment_id))
    except RazorpayError as error:
        log.warning("order.not_asked", order=order.uid, error=error.log)
        return False
    for name, entities in told:
        pass_on(order.gateway_id, name, entities, asked_at)
    return True


def pass_on(gateway_id: int, name: str, entities: dict[str, Any], asked_at: int = 0) -> None:
    """Let the inbox keep and merge one answer of Razorpay's: `{"refund": {...}, ...}`. `asked_at`
    (unix seconds) where that was at another time than now."""
    answered.send(
        sender=Order,
        gateway_id=gateway_id,
        name=name,
        entities=entities,
        asked_at=(asked_at or int(time.time())) if name in UNDATED else 0,
    )


def answers(razorpay: Razorpay, order: Order, razorpay_payment_id: str) -> Iterator[Answer]:
    """What the books can be told. A payment of a subscription comes with the invoice it pays."""
    if razorpay_payment_id:
        yield of_payment(razorpay, razorpay.payment(razorpay_payment_id))
    elif order.razorpay_order_id:
        for payment in razorpay.order_payments(order.razorpay_order_id):
            yield "payment.fetched", {"payment": payment}
    subscription = getattr(order, "subscription", None)
    if subscription is not None and subscription.razorpay_subscription_id:
        found = razorpay.subscription(subscription.razorpay_subscription_id)
        yield "subscription.fetched", {"subscription": found}


def of_payment(razorpay: Razorpay, payment: dict[str, Any]) -> Answer:
    invoice_id = payment.get("invoice_id")
    if not invoice_id:
        return "payment.fetched", {"payment": payment}
    return "invoice.fetched", {"invoice": razorpay.invoice(invoice_id), "payment": payment}
