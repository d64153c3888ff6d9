"""The re-attempts that Razorpay makes of a subscription's charge: ask what became of each.

No API charges the invoice of a subscription, and charging its token would debit the buyer twice: so
nothing is charged here, only asked.
Source: https://razorpay.com/docs/payments/subscriptions/payment-retries/
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from gateways import problems
from gateways.razorpay import errors
from gateways.razorpay.client import Json, Razorpay
from orders import asking
from orders.models import Reattempt
from orders.recovering import told
from orders.retries import OPEN
from subscriptions.models import Cycle, Invoice, Subscription

# Razorpay is asked while a task's time runs.
LIMITS = (3.0, 5.0)
DAY = timedelta(days=1)
# After the day that Razorpay named: its own news usually comes within minutes. Then daily.
LOOKS = [timedelta(minutes=minutes) for minutes in (15, 75, 255, 615, 1335)]

Answer = tuple[str, dict[str, Any]]


class Following:
    """A way of `orders.recovering.due`."""

    def make(self, row: Reattempt, now: datetime) -> datetime | None:
        """Ask, unless the news has come or may still come; and why it failed, where that is not
        known."""
        subscription = Subscription.objects.filter(order=row.order_id).first()
        if row.state not in OPEN or subscription is None:
            return None
        if now < row.due_at + LOOKS[0] and is_billed(subscription, row.cycle):
            return row.due_at + LOOKS[0]
        subscription.order, subscription.gateway = row.order, row.order.gateway
        ask(subscription, row.cycle, now)
        row.refresh_from_db()
        if row.state not in OPEN:
            return None
        return next_look(row, now)


def next_look(row: Reattempt, now: datetime) -> datetime:
    """With growing gaps, and then once a day. A bank has no fixed day and takes its time."""
    if row.due_at + LOOKS[0] > now:
        return row.due_at + LOOKS[0]
    if told.waits_for_bank(row.order):
        return now + DAY
    ahead = [row.due_at + gap for gap in LOOKS if row.due_at + gap > now]
    return ahead[0] if ahead else now + DAY


def ask(subscription: Subscription, start: int, now: datetime) -> None:
    """What became of one cycle, into the books. Raises gateways.razorpay.errors."""
    if not subscription.razorpay_subscription_id:
        return
    with problems.watching_keys(subscription.gateway):
        razorpay = Razorpay.of(subscription.gateway, LIMITS)
        heard = list(answers(razorpay, subscription, start))
    for name, entities in heard:
        asking.pass_on(subscription.gateway_id, name, entities, int(now.timestamp()))


def answers(razorpay: Razorpay, subscription: Subscription, start: int) -> Iterator[Answer]:
    """The subscription, its invoices of the cycle, and every try to pay them."""
    subscription_id = subscription.razorpay_subscription_id or ""
    for invoice in invoices(razorpay, subscription, start):
        yield "invoice.fetched", {"invoice": {"subscription_id": subscription_id, **invoice}}
        if isinstance(invoice.get("order_id"), str):
            for payment in razorpay.order_payments(invoice["order_id"]):
                yield "payment.fetched", {"payment": payment}
    yield "subscription.fetched", {"subscription": razorpay.subscription(subscription_id)}


def invoices(razorpay: Razorpay, subscription: Subscription, start: int) -> Iterator[Json]:
    """Those of the cycle: by their ids where they are known, for the list lags."""
    known = ids_of(subscription, start)
    for razorpay_id in sorted(known):
        try:
            yield razorpay.invoice(razorpay_id)
        except errors.KeysRefused:
            raise
        except errors.Refused:
            continue  # an id that Razorpay does not know tells nothing
    if not known:
        listed = razorpay.invoices_of(subscription.razorpay_subscription_id or "")
        yield from (invoice for invoice in listed if invoice.get("billing_start") == start)


def is_billed(subscription: Subscription, start: int) -> bool:
    """Whether the cycle's invoice is known: without it no failed payment is."""
    named = Cycle.objects.filter(subscription=subscription, start=start)
    return named.exclude(razorpay_order_id="").exists()


def ids_of(subscription: Subscription, start: int) -> set[str]:
    billed = Invoice.objects.filter(subscription=subscription, billing_start=start)
    named = Cycle.objects.filter(subscription=subscription, start=start)
    return {
        *billed.values_list("razorpay_invoice_id", flat=True),
        *named.exclude(razorpay_invoice_id="").values_list("razorpay_invoice_id", flat=True),
    }
