"""One subscription under its order's lock: the only lock that everybody here shares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from orders import settling, totals
from subscriptions.debiting import standing
from subscriptions.debiting.standing import Standing
from subscriptions.models import Bill, Subscription


@contextmanager
def held(order_pk: int) -> Iterator[Subscription]:
    """The subscription as it is now, in a transaction. Nothing calls Razorpay inside."""
    with transaction.atomic():
        order = settling.locked(order_pk)
        subscription = Subscription.objects.select_related("plan").get(order=order)
        subscription.order, subscription.gateway = order, order.gateway
        yield subscription


def stands(subscription: Subscription) -> Standing:
    """How it stands by its rows."""
    return standing.of(subscription, totals.payments_of(subscription.order))


def of_bill(bill: Bill) -> Standing:
    """How a bill's subscription stands by its rows, without a lock: to look before one leaps."""
    rows = Subscription.objects.select_related("order__price", "order__gateway")
    return stands(rows.get(pk=bill.subscription_id))
