"""Calls that make a subscription: a row each, committed before the call, settled by its answer.

Razorpay has no idempotency key for them. So a row that is not settled stands for a subscription
that Razorpay may have made: it is looked for, and nothing new is made meanwhile.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from orders import linking
from subscriptions.models import Doubt, Subscription

FIRST_LOOK = timedelta(minutes=1)


def standing(subscription: Subscription) -> list[Doubt]:
    """Oldest first."""
    return list(subscription.doubts.filter(settled_at=None).order_by("asked_at", "pk"))


@transaction.atomic
def begin(subscription: Subscription, seen: list[Doubt]) -> Doubt | None:
    """The right to make one call; None if another process has it, or had it since we looked.

    `seen`: the doubts that stood when Razorpay's list was asked, and showed nothing.
    Raises Order.DoesNotExist if the order was taken back.
    """
    linking.hold_row(subscription.order)
    subscription.refresh_from_db(fields=["razorpay_subscription_id"])
    if subscription.razorpay_subscription_id or standing(subscription) != seen:
        return None
    look_at = timezone.now() + FIRST_LOOK
    return Doubt.objects.create(subscription=subscription, look_at=look_at)


def settle(doubt: Doubt) -> None:
    """It is known what became of the call."""
    Doubt.objects.filter(pk=doubt.pk, settled_at=None).update(settled_at=timezone.now())


@transaction.atomic
def explain(
    subscription: Subscription, razorpay_id: str, *, settled: bool, by: Doubt | None = None
) -> None:
    """One of the calls made this one: the call that was answered, else the oldest in doubt.

    Not settled: it is a twin, to be cancelled as soon as possible.
    """
    rows = list(subscription.doubts.select_for_update().order_by("asked_at", "pk"))
    if any(row.razorpay_subscription_id == razorpay_id for row in rows):
        rows = [row for row in rows if row.razorpay_subscription_id == razorpay_id]
    elif by is not None:
        rows = [row for row in rows if row.pk == by.pk]
    else:
        rows = [row for row in rows if not (row.razorpay_subscription_id or row.settled_at)]
    now = timezone.now()
    for doubt in rows[:1]:
        Doubt.objects.filter(pk=doubt.pk, settled_at=None).update(
            razorpay_subscription_id=razorpay_id, look_at=now, settled_at=now if settled else None
        )
    if not rows and not settled:
        Doubt.objects.create(subscription=subscription, razorpay_subscription_id=razorpay_id)
