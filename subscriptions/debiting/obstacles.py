"""What Razorpay says before a debit: is the order paid, is somebody paying it, does the mandate
stand? What it answers goes to the inbox; the rows are read again afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from gateways.razorpay.client import Razorpay, notes_of
from orders import asking, payments
from orders.causes import at
from orders.models import Payment
from subscriptions.debiting import allowing, holding, rivals, tries
from subscriptions.debiting.rules import NotNow
from subscriptions.mandates import CONFIRMED, OVER
from subscriptions.models import Bill, Mandate

Json = dict[str, Any]

# Razorpay's lists lag behind by minutes.
LAG = timedelta(minutes=5)
# How long a list that shows less than the order counts is waited for: it may never show it.
PATIENCE = timedelta(hours=1)
A_WHILE = timedelta(minutes=15)
# How long a mandate may take to be confirmed before a debit is given up.
CONFIRMING = timedelta(hours=1)


def none_in(bill: Bill, razorpay: Razorpay, now: datetime) -> int:
    """How many tries the order has seen, when none of them stands in the way, and nobody pays for
    a new mandate. Raises NotNow."""
    for other in rivals.of(bill):
        tries_of(other, razorpay, now, due(bill))
    return tries_of(bill, razorpay, now, due(bill))


def tries_of(bill: Bill, razorpay: Razorpay, now: datetime, since: datetime) -> int:
    """How many tries one order has seen. Raises NotNow for one that is money, or may become it."""
    found = razorpay.order(bill.razorpay_order_id or "")
    attempts = int(found.get("attempts") or 0)
    is_paid = found.get("status") == "paid"
    if not attempts and not is_paid:
        return 0
    listed = razorpay.order_payments(bill.razorpay_order_id or "")
    for payment in listed:
        wait_for(bill, payment, now)
    if is_paid:
        raise NotNow(now + LAG)
    if attempts > len(listed) and now < since + PATIENCE:
        raise NotNow(now + LAG)
    return attempts


def wait_for(bill: Bill, payment: Json, now: datetime) -> None:
    """Raises NotNow for one that is money already, or may become it. What was given back without
    ever being captured is told, and in nobody's way."""
    status = payment.get("status")
    if status in {"captured", "refunded"}:
        tell(bill, payment)
        if payments.says_captured(payment):
            raise NotNow(now + LAG)
    if status == "authorized":
        tell(bill, payment)
        raise NotNow(now + A_WHILE)
    if status == "created":
        named = payment.get("token_id") in allowing.token_ids(bill.subscription)
        ours = named or notes_of(payment).get(tries.NOTE)
        until = at(int(payment.get("created_at") or 0)) + rivals.LEFT
        if ours:
            tell(bill, payment)
            raise NotNow(now + A_WHILE)
        if now < until:
            raise NotNow(until)
    if status == "failed" and is_unexplained(bill, payment):
        tell(bill, payment)


def is_unexplained(bill: Bill, payment: Json) -> bool:
    """Whether this says why a debit of ours failed, and the books do not know: some webhooks leave
    it out, and it may be a reason to make no further debit."""
    if not (payment.get("error_reason") and notes_of(payment).get(tries.NOTE)):
        return False
    rows = Payment.objects.filter(
        gateway=bill.subscription.gateway_id, razorpay_payment_id=str(payment.get("id"))
    )
    return rows.filter(Q(error_reason=None) | Q(error_reason="")).exists()


def tell(bill: Bill, payment: Json) -> None:
    asking.pass_on(bill.subscription.gateway_id, "payment.fetched", {"payment": payment})


def due(bill: Bill) -> datetime:
    """When the try that comes next was due."""
    series = next(one for one in holding.of_bill(bill).series if one.bill.pk == bill.pk)
    n = series.next_n
    return series.due(n) if n is not None else at(series.start)


def mandate_for(bill: Bill, razorpay: Razorpay, now: datetime) -> Mandate | None:
    """The buyer's mandate, asked for if it is not known to stand; None where there is none.

    Raises NotNow while it waits for the bank.
    """
    subscription = bill.subscription
    mandate = allowing.mandate_of(subscription)
    if mandate is not None and mandate.status == CONFIRMED:
        return mandate
    for token_id in allowing.token_ids(subscription) or named_by_payments(bill, razorpay):
        ask_for(bill, token_id, razorpay)
    mandate = allowing.mandate_of(subscription)
    if mandate is not None and mandate.status not in {CONFIRMED, "paused", *OVER}:
        if now < due(bill) + CONFIRMING * 24:
            raise NotNow(now + CONFIRMING)
        return None
    return mandate


def ask_for(bill: Bill, token_id: str, razorpay: Razorpay) -> None:
    """Let the books learn how a mandate stands."""
    subscription = bill.subscription
    token = allowing.asked_of(subscription, token_id, razorpay)
    asking.pass_on(subscription.gateway_id, "token.fetched", {"token": token})


def named_by_payments(bill: Bill, razorpay: Razorpay) -> list[str]:
    """The payments that gave the mandate, asked again: what told of them may have lacked its id."""
    subscription = bill.subscription
    for name in allowing.authorising_payments(subscription).values_list(
        "razorpay_payment_id", flat=True
    ):
        tell(bill, razorpay.payment(name))
    return allowing.token_ids(subscription)
