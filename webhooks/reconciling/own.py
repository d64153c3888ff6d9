"""Which objects of ours are asked about by their ids: those that may have moved on unheard.

Reads by id are immediate, where lists lag by minutes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from gateways.models import Reconciliation
from orders.disputes import OVER
from orders.models import Dispute, Payment, Refund
from subscriptions import mandates
from subscriptions.models import Mandate, Subscription
from webhooks.reconciling import disputed, places
from webhooks.reconciling.places import Question

BATCH = 50
# Within it a payment that is authorized is captured or given back, and one that failed may still
# succeed. https://razorpay.com/docs/payments/payments/late-authorisation/
UNTIL_FINAL = timedelta(days=5)
# Some banks leave a debit open for days. One that is older will not end any more.
OLDEST_OPEN = timedelta(days=30)
# Whose a mandate is: bodies of tokens do not always name the customer.
CUSTOMER = ("razorpay_customer_id", "order__subscription__razorpay_customer_id")


def since(run: Reconciliation) -> int:
    """From when on payments are listed: one made before the window may have ended in it."""
    return int((run.since - UNTIL_FINAL).timestamp())


def subscriptions(run: Reconciliation, after: int) -> list[tuple[int, Question]]:
    """Those that still run, or wait for their buyer. What is final moves no more by itself: a bill
    that is paid afterwards is found by its payment."""
    rows = Subscription.objects.filter(gateway=run.gateway_id, pk__gt=after)
    running = rows.exclude(status__in=Subscription.FINAL).exclude(razorpay_subscription_id=None)
    names = batch(running, "razorpay_subscription_id")
    return [(pk, ["subscription", name]) for pk, name in names]


def open_payments(run: Reconciliation, after: int) -> list[tuple[int, Question]]:
    """Those that are older than what is listed, and have not ended."""
    end = since(run)
    rows = Payment.objects.filter(
        gateway=run.gateway_id,
        pk__gt=after,
        status__in=[Payment.Status.CREATED, Payment.Status.AUTHORIZED],
        created_at__lt=end,
        created_at__gte=end - int(OLDEST_OPEN.total_seconds()),
    )
    return [(pk, ["payment", name]) for pk, name in batch(rows, "razorpay_payment_id")]


def pending_refunds(run: Reconciliation, after: int) -> list[tuple[int, Question]]:
    rows = Refund.objects.filter(gateway=run.gateway_id, pk__gt=after)
    pending = rows.filter(status=Refund.Status.PENDING)
    return [(pk, ["refund", name]) for pk, name in batch(pending, "razorpay_refund_id")]


def open_disputes(run: Reconciliation, after: int) -> list[tuple[int, Question]]:
    """First Razorpay's list, and then those that are older than what it tells."""
    end = int((run.since - disputed.UNTIL_DECIDED).timestamp())
    rows = Dispute.objects.filter(gateway=run.gateway_id, pk__gt=after).exclude(status__in=OVER)
    older = rows.filter(Q(created_at=None) | Q(created_at__lt=end))
    names = batch(older, "razorpay_dispute_id")
    found: list[tuple[int, Question]] = [(pk, ["dispute", name]) for pk, name in names]
    return found if after else [(0, ["disputes", 0]), *found][:BATCH]


def mandates_that_stand(run: Reconciliation, after: int) -> list[tuple[int, Question]]:
    """Those that a subscription which still runs is charged by."""
    rows = Mandate.objects.filter(gateway=run.gateway_id, pk__gt=after)
    standing = rows.exclude(status__in=mandates.OVER).filter(order__subscription__isnull=False)
    used = standing.exclude(order__subscription__status__in=Subscription.FINAL)
    # Razorpay asks for the customer: one that nothing names cannot be asked about.
    named = used.exclude(**dict.fromkeys(CUSTOMER, "")).order_by("pk")
    values = named.values_list("pk", "razorpay_token_id", *CUSTOMER)
    return [(pk, ["token", own or its, token]) for pk, token, own, its in values[:BATCH]]


def batch(rows: QuerySet[Any], name: str) -> list[tuple[int, str]]:
    """The next of them: key and Razorpay's id."""
    return list(rows.order_by("pk").values_list("pk", name)[:BATCH])


ROWS = {
    places.SUBSCRIPTIONS: subscriptions,
    places.OPEN_PAYMENTS: open_payments,
    places.PENDING_REFUNDS: pending_refunds,
    places.DISPUTES: open_disputes,
    places.MANDATES: mandates_that_stand,
}
