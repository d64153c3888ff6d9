"""Unpaid orders expire 30 days after they were made; a later capture still makes them paid."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import say
from orders import fulfilment, linking, settling
from orders.causes import Cause
from orders.models import Order

BATCH = 200


def expire() -> int:
    """Settle the orders whose time is up; how many expired."""
    now = timezone.now()
    due = Order.objects.filter(
        status__in=[Order.Status.CREATED, Order.Status.ATTEMPTED],
        expires_at__lte=now,
        # What was paid in part stays attempted, and would be looked at for ever.
        amount_paid=0,
    )
    expired = 0
    for pk in due.order_by("expires_at").values_list("pk", flat=True)[:BATCH]:
        expired += expire_one(pk)
    return expired


@transaction.atomic
def expire_one(pk: int) -> bool:
    """Settle one order under its lock; False when it was paid meanwhile."""
    order = settling.locked(pk)
    cause = Cause(say(why(order)), timezone.now())
    if order.price.recurs:
        # Its subscription lives on by Razorpay's own deadline; only the order's state is ours.
        sums = fulfilment.count(order, list(order.payments.all()), cause)
    else:
        sums = fulfilment.settle(order, cause)
    return sums.captured == 0


def why(order: Order) -> str:
    """Why it expired, to be translated. What Razorpay never named could be paid by nobody."""
    if linking.known_as(order):
        return gettext_noop("Nobody paid within 30 days.")
    return gettext_noop("It was never placed at Razorpay, so nobody could pay it.")
