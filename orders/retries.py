"""The re-attempts after a failed payment: besides the first try, three, one day apart.

Nobody can change the number or the delay; there is no setting for them anywhere. Here they are
planned and cancelled; `plan_ask` for orders that are paid once, `subscriptions.retries` for cycles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from orders import merging, totals
from orders.causes import at, is_news
from orders.models import Customer, Order, Payment, Reattempt
from orders.totals import Totals

# The whole policy.
REATTEMPTS = 3
DELAY = timedelta(days=1)

State = Reattempt.State
MadeBy = Reattempt.MadeBy


@dataclass(frozen=True)
class Slot:
    """One row of the ledger as it should be."""

    n: int | None
    due_at: datetime
    state: Reattempt.State
    made_by: Reattempt.MadeBy
    payment_id: int | None = None
    done_at: datetime | None = None
    reason: str = ""
    counted: bool = False

    @property
    def key(self) -> tuple[int | None, int | None]:
        return self.n, self.payment_id


@dataclass(frozen=True)
class Ending:
    """How a series ended before its tries were used up."""

    state: Reattempt.State = State.SCHEDULED
    done_at: datetime | None = None
    reason: str = ""


def plan_ask(order: Order, payments: list[Payment], sums: Totals) -> None:
    """Plan the series of a one-time order, and of the customer's others for the same: the first
    that is paid ends them all."""
    if not payments:
        return
    others = orders_for_the_same(order)
    if not others.exists():
        write_ask(order, payments, sums)
        return
    # Two such orders take turns: neither may overlook what the other is about to commit.
    Customer.objects.select_for_update(no_key=True).get(pk=order.customer_id)
    write_ask(order, payments, sums)
    for other in others.filter(reattempts__n=1, reattempts__cycle=0):
        theirs = totals.payments_of(other)
        write_ask(other, theirs, totals.of(other, theirs))


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


def write_ask(order: Order, payments: list[Payment], sums: Totals) -> None:
    """One series per one-time order, from its earliest failure; the buyer is asked to pay again."""
    failed = failures_of(payments)
    if not failed:
        return
    start, ending = at(failed[0].failed_at or 0), ending_of(order, failed[0], sums)
    slots = [
        Slot(n, start + n * DELAY, ending.state, MadeBy.RASEED, None, ending.done_at, ending.reason)
        for n in range(1, REATTEMPTS + 1)
    ]
    slots += [by_buyer(payment) for payment in failed[1:] if not payment.captured]
    write(order, 0, slots)


def ending_of(order: Order, first: Payment, sums: Totals) -> Ending:
    """Paid (with this order or another), expired, learnt too late, or still going on."""
    paid_at = merging.earliest(sums.covered_at, paid_elsewhere_at(order, first.failed_at or 0))
    if paid_at is not None:
        return Ending(State.CANCELLED, at(paid_at), "paid")
    if order.status == Order.Status.EXPIRED:
        return Ending(State.CANCELLED, order.expires_at, "too_late")
    learnt = first.failure_learnt_at
    if learnt is not None and not is_news(at(first.failed_at or 0), learnt):
        return Ending(State.MISSED, learnt, "too_late")
    return Ending()


def paid_elsewhere_at(order: Order, start: int) -> int | None:
    """When the customer paid another order for the same product, which was not given back before
    this series started."""
    moments = []
    for other in orders_for_the_same(order).filter(amount_paid__gt=0):
        sums = totals.of(other, totals.payments_of(other))
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


def write(order: Order, cycle: int, slots: Iterable[Slot]) -> None:
    """Make the ledger of one order and cycle equal to `slots`, but for tries already made."""
    held = {(row.n, row.payment_id): row for row in order.reattempts.filter(cycle=cycle)}
    for slot in slots:
        row = held.pop(slot.key, None)
        if row is None:
            Reattempt.objects.create(order=order, cycle=cycle, **columns(slot))
        elif row.started_at is None:  # a try that we made stays what it was
            update(row, columns(slot))
    for row in held.values():
        if row.n is None:
            row.delete()


def columns(slot: Slot) -> dict[str, Any]:
    return {name: getattr(slot, name) for name in slot.__dataclass_fields__}


def update(row: Reattempt, values: dict[str, Any]) -> None:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
