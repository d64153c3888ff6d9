"""Bills: the next period's, and its order at Razorpay. The first is made with the mandate's order
(`subscriptions.authorising`)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.sentences import say
from gateways.razorpay.client import Razorpay
from orders import linking, refused_sales
from orders.causes import Cause
from orders.models import Order
from orders.refused_sales import Asked
from subscriptions import settling
from subscriptions.debiting import dates, holding
from subscriptions.debiting.standing import Standing
from subscriptions.models import Bill, Subscription

Status = Subscription.Status
BEGAN = gettext_noop("A billing period began.")


def of_order(gateway_id: int, razorpay_order_id: str) -> Bill | None:
    """The bill that this order of Razorpay's pays."""
    rows = Bill.objects.filter(
        subscription__gateway=gateway_id, razorpay_order_id=razorpay_order_id
    )
    return rows.order_by("pk").first()


def waiting(subscription: Subscription) -> Bill | None:
    """The bill that is open after its re-attempts ended, or while they go on; None if all is paid.

    Older ones that were overtaken by a new mandate stay open too: `all_waiting`.
    """
    newest = holding.stands(subscription).newest
    return newest.bill if newest is not None and newest.paid_at is None else None


def all_waiting(subscription: Subscription) -> list[Bill]:
    """Every bill whose period began and that nobody has paid, oldest first."""
    series = holding.stands(subscription).series
    return [one.bill for one in series if one.paid_at is None]


def open_next(order_pk: int, now: datetime) -> Bill | None:
    """Open the bill of a period that begins, if one does; its first debit is due at once.

    So is that of a bill which was left alone while a cancellation stood that came to nothing.
    """
    with holding.held(order_pk) as subscription:
        standing = holding.stands(subscription)
        newest = standing.newest
        if newest is not None and standing.status == Status.ACTIVE and newest.is_untried:
            Bill.objects.filter(pk=newest.bill.pk, work_at=None).update(work_at=now)
        if not begins(standing, now) or standing.next is None:
            return None
        bill = create(subscription, *standing.next, now)
        settling.settle(subscription, Cause(say(BEGAN), now))
        return bill


def begins(standing: Standing, now: datetime) -> bool:
    """Whether what is paid has run out, and the next period is to be charged."""
    newest = standing.newest
    if newest is None or newest.paid_at is None or standing.charge_at is None:
        return False
    return standing.status == Status.ACTIVE and standing.charge_at <= now.timestamp()


def create(subscription: Subscription, anchor: int, step: int, now: datetime) -> Bill:
    order = subscription.order
    last = subscription.bills.order_by("-number").values_list("number", flat=True).first()
    return Bill.objects.create(
        subscription=subscription,
        number=0 if last is None else last + 1,
        anchor=anchor,
        step=step,
        start=dates.moment(anchor, step, order.price),
        end=dates.moment(anchor, step + 1, order.price),
        amount=order.amount,
        currency=order.currency,
        work_at=now,
    )


def place(bill: Bill, order: Order, razorpay: Razorpay) -> None:
    """See that Razorpay knows the bill's order: the receipt makes asking twice the same."""
    if bill.razorpay_order_id:
        return
    with refused_sales.watching(order.gateway, order.price, Asked.ORDER):
        made = razorpay.create_order(
            amount=bill.amount,
            currency=bill.currency,
            receipt=bill.uid,
            notes=linking.notes_for(order),
        )
    link(bill, order, str(made["id"]))


@transaction.atomic
def link(bill: Bill, order: Order, razorpay_order_id: str) -> None:
    """From now on its events find the bill. The id heard first stays."""
    linking.hold_row(order)
    bill.refresh_from_db(fields=["razorpay_order_id"])
    bill.razorpay_order_id = bill.razorpay_order_id or razorpay_order_id
    bill.save(update_fields=["razorpay_order_id"])
    linking.announce(order.gateway_id, [bill.razorpay_order_id])
