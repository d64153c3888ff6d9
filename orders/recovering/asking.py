"""The re-attempts of an order that the buyer pays: a mail with a link, once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.sentences import say
from gateways import problems
from gateways.razorpay.client import Razorpay
from orders import asking, mails, settling
from orders.causes import Cause
from orders.models import Order, Payment, Reattempt
from orders.retries import DELAY, OPEN, REATTEMPTS, State

# Razorpay is asked while a task's time runs.
LIMITS = (3.0, 5.0)
PAUSE = timedelta(minutes=30)
UNANSWERED = gettext_noop("Nobody paid after the re-attempts.")


class Asking:
    """A way of `orders.recovering.due`."""

    def make(self, row: Reattempt, now: datetime) -> datetime | None:
        """Nobody is reminded of what they have paid: Razorpay is asked before."""
        if row.state in OPEN and is_time(row, now):
            ask(row.order)
        with transaction.atomic():
            order = settling.locked(row.order_id)
            advance(order, now)
        row.refresh_from_db()
        return next_look(row, now)


def ask(order: Order) -> None:
    """Every try to pay it, into the books. Raises gateways.razorpay.errors."""
    if not order.razorpay_order_id:
        return
    with problems.watching_keys(order.gateway):
        told = Razorpay.of(order.gateway, LIMITS).order_payments(order.razorpay_order_id)
    for payment in told:
        asking.pass_on(order.gateway_id, "payment.fetched", {"payment": payment})


def is_time(row: Reattempt, now: datetime) -> bool:
    """To make it, or to see what became of it."""
    return now >= (row.started_at + DELAY if row.started_at else row.due_at)


def advance(order: Order, now: datetime) -> None:
    """End the day of the one that went out, begin that of the next. The order is locked."""
    cause = Cause(say(UNANSWERED), now)
    # Its time may be up, or the buyer may have declined.
    settling.settle(order, cause)
    ended = end_days(order, now)
    begun = begin_next(order, now) if can_be_paid(order, now) else None
    if ended is not None or begun is not None:
        settling.settle(order, cause)
    if ended == REATTEMPTS and series(order)[-1].state == State.FAILED:
        mails.owe(order, mails.of_unpaid(0, now), cause)
    if begun is not None:
        mails.owe(order, [mails.reminder(0, begun, now)], cause)


def series(order: Order) -> list[Reattempt]:
    return list(order.reattempts.filter(cycle=0, n__gt=0).order_by("n"))


def can_be_paid(order: Order, now: datetime) -> bool:
    """Razorpay takes no second payment while one is being confirmed."""
    confirming = order.payments.filter(status=Payment.Status.AUTHORIZED, refunds=None)
    return now < order.expires_at and not confirming.exists()


def end_days(order: Order, now: datetime) -> int | None:
    """A day passed and nobody paid. What the try is then is derived with all else."""
    ended = None
    for row in series(order):
        if row.state == State.STARTED and row.started_at and is_time(row, now):
            row.state, ended = State.FAILED, row.n
            row.save(update_fields=["state"])
    return ended


def begin_next(order: Order, now: datetime) -> int | None:
    """The next whose day has come: one at a time, in their order."""
    for row in series(order):
        if row.state == State.STARTED:
            return None
        if row.state == State.SCHEDULED:
            if not is_time(row, now):
                return None
            row.state, row.started_at = State.STARTED, now
            row.save(update_fields=["state", "started_at"])
            return row.n
    return None


def next_look(row: Reattempt, now: datetime) -> datetime | None:
    """When its day comes or is over; a little later where another has to be made before."""
    if row.state not in OPEN:
        return None
    moment = row.started_at + DELAY if row.started_at else row.due_at
    return moment if moment > now else now + PAUSE
