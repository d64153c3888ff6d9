"""The series of an order that is paid once: the buyer is asked again, three times, a day apart.

When a reminder went out is our own record (`started_at`), and so is that its day passed unpaid. All
else is derived from payments, in any order of arrival. Making them is `orders.recovering.asking`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from orders import mails, merging, retries, totals
from orders.causes import at, is_news
from orders.mails import Letter
from orders.models import Customer, Order, Payment, Reattempt
from orders.retries import DELAY, REATTEMPTS, Ending, MadeBy, Slot, State
from orders.totals import Totals

# Nobody paid within a reminder's day, and nobody tried to.
NOT_PAID = "not_paid"


@dataclass(frozen=True)
class Series:
    """One series: its failures, earliest first; how it ended, and whether by its own money."""

    failed: list[Payment]
    ending: Ending
    is_own_money: bool

    @property
    def began_at(self) -> datetime:
        return at(self.failed[0].failed_at or 0)


def plan(order: Order, payments: list[Payment], sums: Totals) -> None:
    """Plan the series of a one-time order, and of the customer's others for the same: the first
    that is paid ends them all."""
    if not payments:
        return
    others = orders_for_the_same(order)
    if not others.exists():
        write(order, payments, sums)
        return
    # Two such orders take turns: neither may overlook what the other is about to commit.
    Customer.objects.select_for_update(no_key=True).get(pk=order.customer_id)
    write(order, payments, sums)
    for other in others.filter(reattempts__n=1, reattempts__cycle=0):
        theirs = totals.payments_of(other)
        write(other, theirs, totals.of(other, theirs))


def write(order: Order, payments: list[Payment], sums: Totals) -> None:
    """One series per one-time order, from its earliest failure."""
    failed = failures_of(payments)
    if not failed:
        return
    series = series_of(order, failed, sums)
    rows = list(order.reattempts.filter(cycle=0, n__gt=0).order_by("n"))
    slots = [*three(series, rows), *(by_buyer(p) for p in failed[1:] if not p.captured)]
    retries.write(order, 0, slots)


def failures_of(payments: list[Payment]) -> list[Payment]:
    """The payments that failed, earliest first."""
    return sorted(
        (p for p in payments if p.failed_at is not None),
        key=lambda p: (p.failed_at or 0, p.razorpay_payment_id),
    )


def orders_for_the_same(order: Order) -> QuerySet[Order]:
    """Other orders of the customer for the same product."""
    same = Order.objects.filter(
        gateway=order.gateway_id, customer=order.customer_id, product=order.product_id
    )
    return same.exclude(pk=order.pk)


def series_of(order: Order, failed: list[Payment], sums: Totals) -> Series:
    """What ended it first: paid (with this order or another), declined, expired; learnt too late,
    or still going on."""
    first = failed[0]
    elsewhere = paid_elsewhere_at(order, first.failed_at or 0)
    paid_at = merging.earliest(sums.covered_at, elsewhere)
    ends = []
    if paid_at is not None:
        ends.append((at(paid_at), "paid"))
    if order.declined_at is not None:
        ends.append((order.declined_at, "cancelled_by_buyer"))
    if order.status == Order.Status.EXPIRED:
        ends.append((order.expires_at, "too_late"))
    if ends:
        moment, reason = min(ends, key=lambda end: end[0])
        own = reason == "paid" and paid_at == sums.covered_at
        return Series(failed, Ending(State.CANCELLED, moment, reason), own)
    learnt = first.failure_learnt_at
    if learnt is not None and not is_news(at(first.failed_at or 0), learnt):
        return Series(failed, Ending(State.MISSED, learnt, "too_late"), False)
    return Series(failed, Ending(), False)


def three(series: Series, rows: list[Reattempt]) -> Iterator[Slot]:
    """Exactly three, never two within a day: a late one moves those that follow."""
    made = {row.n: row for row in rows if row.started_at is not None}
    ending, earliest = series.ending, None
    for n in range(1, REATTEMPTS + 1):
        row = made.get(n)
        if row is not None and row.started_at is not None:
            state, done_at, reason = what_became_of(series, row, row.started_at)
            counted = state in {State.FAILED, State.SUCCEEDED}
            yield Slot(n, row.due_at, state, MadeBy.RASEED, None, done_at, reason, counted,
                       row.started_at)  # fmt: skip
            earliest = went_out(series, row.started_at) + DELAY
        else:
            due_at = retries.due(n, series.began_at, earliest)
            rest = (ending.state, MadeBy.RASEED, None, ending.done_at, ending.reason)
            yield Slot(n, due_at, *rest)
            earliest = due_at + DELAY


def went_out(series: Series, started_at: datetime) -> datetime:
    """When a reminder went out, as far as is known: not before what had been heard by then had
    happened by Razorpay's clock. Ours may have been behind, and a mail has no other date."""
    heard = [
        at(payment.failed_at or 0)
        for payment in series.failed
        if payment.failure_learnt_at is not None and payment.failure_learnt_at < started_at
    ]
    return max([started_at, *heard])


def what_became_of(
    series: Series, row: Reattempt, started_at: datetime
) -> tuple[Reattempt.State, datetime | None, str]:
    """Of a reminder that went out: paid within its day, or not. Its day ends a day later."""
    ending, over_at = series.ending, started_at + DELAY
    ended_at = ending.done_at if ending.state == State.CANCELLED else None
    within = ended_at is not None and started_at <= ended_at < over_at
    passed = ended_at is not None and ended_at >= over_at
    if passed or (row.state == State.FAILED and not within):
        return State.FAILED, over_at, reason_of_day(series, started_at)
    if ended_at is None:
        return State.STARTED, None, ""
    if within and series.is_own_money:
        return State.SUCCEEDED, ended_at, ""
    return State.CANCELLED, ended_at, ending.reason


def reason_of_day(series: Series, started_at: datetime) -> str:
    """Why the newest try of a reminder's day failed."""
    tried = [p for p in series.failed if started_at <= at(p.failed_at or 0) < started_at + DELAY]
    return (tried[-1].error_reason if tried else "") or NOT_PAID


def paid_elsewhere_at(order: Order, start: int) -> int | None:
    """When the customer paid another order for the same product, which was not given back before
    this series started."""
    moments = []
    paid = orders_for_the_same(order).filter(amount_paid__gt=0)
    theirs = totals.with_what_left(Payment.objects.all())
    for other in paid.prefetch_related(Prefetch("payments", theirs)):
        sums = totals.of(other, other.payments.all())
        kept = sums.net > 0 or (sums.returned_at or 0) >= start
        if sums.covered_at is not None and kept:
            moments.append(max(sums.covered_at, start))
    return min(moments, default=None)


def by_buyer(payment: Payment) -> Slot:
    """A further try on the same order: shown, not counted, moves no date."""
    when = at(payment.failed_at or 0)
    return Slot(
        n=None,
        due_at=when,
        state=State.FAILED,
        made_by=MadeBy.BUYER,
        payment_id=payment.pk,
        done_at=when,
        reason=payment.error_reason or "",
    )


def good_news(payments: list[Payment]) -> Iterator[Letter]:
    """To the seller, once both a failure and money are known, whichever came first. Whether it is
    worth a mail is asked when it is sent: `orders.recovering.recovered`."""
    paid = [payment.captured_at or 0 for payment in payments if payment.captured]
    if paid and failures_of(payments):
        yield mails.recovered(0, at(min(paid)))
