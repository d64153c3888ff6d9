"""Ask Razorpay about one bill while its buyer waits; the inbox merges what it answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from django.core.cache import cache

from gateways import problems
from gateways.razorpay.client import BUYER_LIMITS, Razorpay
from gateways.razorpay.errors import RazorpayError
from orders import asking
from subscriptions import authorising
from subscriptions.debiting import holding
from subscriptions.models import Bill, Subscription

log = structlog.get_logger(__name__)

# Razorpay gives a payment up that the bank does not answer for ten minutes.
UNDER_WAY = timedelta(minutes=15)
A_MINUTE = 60


class NoAnswer(Exception):
    """Razorpay cannot be asked now."""


def about(bill: Bill, payment_id: str = "") -> None:
    """About one payment, or every try to pay it. At most every few seconds; a failure is told
    nobody."""
    if not cache.add(f"asked-bill:{bill.pk}:{payment_id}", 1, asking.PAUSE):
        return
    try:
        with answering(bill) as razorpay:
            if payment_id:
                tell(bill, [razorpay.payment(payment_id)])
            else:
                tell(bill, razorpay.order_payments(bill.razorpay_order_id or ""))
    except NoAnswer:
        return


@contextmanager
def answering(bill: Bill) -> Iterator[Razorpay]:
    """Raises NoAnswer."""
    gateway = bill.subscription.gateway
    try:
        with problems.watching_keys(gateway):
            yield Razorpay.of(gateway, BUYER_LIMITS)
    except RazorpayError as error:
        log.warning("bill.not_asked", bill=bill.uid, error=error.log)
        raise NoAnswer from error


def tell(bill: Bill, payments: list[dict[str, Any]]) -> None:
    for payment in payments:
        asking.pass_on(bill.subscription.gateway_id, "payment.fetched", {"payment": payment})


def about_invoices(subscription: Subscription) -> None:
    """What is open at Razorpay: its webhooks do not tell of an invoice until it is paid."""
    if not cache.add(f"asked-invoices:{subscription.pk}", 1, A_MINUTE):
        return
    gateway, razorpay_id = subscription.gateway, subscription.razorpay_subscription_id or ""
    try:
        with problems.watching_keys(gateway):
            found = Razorpay.of(gateway, BUYER_LIMITS).invoices_of(razorpay_id)
    except RazorpayError as error:
        log.warning("invoices.not_asked", subscription=subscription.uid, error=error.log)
        return
    for invoice in found:
        told = {"invoice": {"subscription_id": razorpay_id, **invoice}}
        asking.pass_on(gateway.pk, "invoice.fetched", told)


def in_the_way(chosen: Bill) -> tuple[Bill, bool] | None:
    """What speaks against a payment this moment, whether it is paid already: a debit for the same
    period, which a new mandate's order knows nothing of, or another bill. Raises NoAnswer."""
    newest = holding.stands(chosen.subscription).newest
    if chosen.authorises and newest is not None and (newest.in_flight or newest.is_being_paid):
        return newest.bill, False
    return rival(chosen)


def rival(chosen: Bill) -> tuple[Bill, bool] | None:
    """Another bill that stands for the same period and is paid, or may be any moment, and whether
    it is: then nobody is offered a second payment. Raises NoAnswer.

    What the books know to be paid has settled already whether this one is open. An order asked for
    by its id is up to date; the list of its payments lags behind by minutes.
    """
    subscription = chosen.subscription
    known_paid = authorising.paid_orders(subscription)
    others = subscription.bills.filter(number__gte=latest_charged(subscription))
    for bill in others.exclude(pk=chosen.pk).exclude(razorpay_order_id=None):
        if bill.razorpay_order_id in known_paid:
            continue
        bill.subscription = subscription
        with answering(bill) as razorpay:
            found = razorpay.order(bill.razorpay_order_id or "")
            attempts, is_paid = int(found.get("attempts") or 0), found.get("status") == "paid"
            tries = razorpay.order_payments(bill.razorpay_order_id or "") if attempts else []
        tell(bill, tries)
        unseen = attempts > len(known(bill) | {str(one.get("id")) for one in tries})
        if is_paid or unseen or any(is_under_way(bill, one) for one in tries):
            return bill, is_paid
    return None


def known(bill: Bill) -> set[str]:
    """The tries to pay it that the books have."""
    payments = bill.subscription.order.payments.filter(razorpay_order_id=bill.razorpay_order_id)
    return set(payments.values_list("razorpay_payment_id", flat=True))


def latest_charged(subscription: Subscription) -> int:
    """The number of the newest bill that was to be charged by itself; what came before it is
    settled."""
    charged = subscription.bills.filter(authorises=False).order_by("-number")
    newest = charged.values_list("number", flat=True).first()
    return newest or 0


def is_under_way(bill: Bill, payment: dict[str, Any]) -> bool:
    now = max(time.time(), bill.subscription.order.as_of)
    is_young = now - (payment.get("created_at") or 0) < UNDER_WAY.total_seconds()
    status = payment.get("status")
    return status in {"authorized", "captured"} or (status == "created" and is_young)
