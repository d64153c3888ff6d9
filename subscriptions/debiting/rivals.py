"""Other bills whose payment would be money for the same period: those that ask for a mandate.

Each is an order of its own at Razorpay, so Razorpay does not keep the two apart: we do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from orders.causes import at
from orders.models import Payment
from subscriptions.debiting import holding
from subscriptions.debiting.rules import A_WHILE, NotNow
from subscriptions.models import Bill

Status = Payment.Status

# A payment that a buyer left unfinished for so long will not be finished.
LEFT = timedelta(minutes=30)


def of(bill: Bill) -> list[Bill]:
    """Those that could be paid at Razorpay still, by the books: an order there never closes."""
    subscription = bill.subscription
    paid = Payment.objects.filter(order=subscription.order_id, captured=True)
    asked = subscription.bills.filter(authorises=True).exclude(pk=bill.pk)
    found = asked.exclude(razorpay_order_id=None).exclude(
        razorpay_order_id__in=paid.values("razorpay_order_id")
    )
    return [named(other, bill) for other in found]


def named(other: Bill, bill: Bill) -> Bill:
    """With the subscription that is at hand."""
    other.subscription = bill.subscription
    return other


def opens(bill: Bill, until: datetime) -> bool:
    """A buyer goes to Checkout with such a bill: until then nothing is debited, unless a debit was
    made already. Whoever takes the order's lock first."""
    with holding.held(bill.subscription.order_id) as subscription:
        newest = holding.stands(subscription).newest
        if newest is not None and (newest.in_flight or newest.is_being_paid):
            return False
        Bill.objects.filter(pk=bill.pk).update(work_at=until)
        return True


def check(bill: Bill, now: datetime) -> None:
    """Under the order's lock: who is in Checkout, and what is heard of such a payment by now.
    Raises NotNow."""
    others = of(bill)
    for other in others:
        if other.work_at is not None and other.work_at > now:
            raise NotNow(other.work_at)
    orders = [other.razorpay_order_id for other in others]
    payments = Payment.objects.filter(
        order=bill.subscription.order_id, razorpay_order_id__in=orders
    )
    for payment in payments:
        is_young = now < at(payment.created_at or 0) + LEFT
        if payment.status == Status.AUTHORIZED or (payment.status == Status.CREATED and is_young):
            raise NotNow(now + A_WHILE)
