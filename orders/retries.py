"""The re-attempts after a failed payment: besides the first try, three, one day apart.

Nobody can change the number or the delay; there is no setting for them anywhere. Here they are
planned and cancelled; `plan_ask` for orders that are paid once, `subscriptions.retries` for cycles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orders.causes import at, is_news
from orders.models import Order, Payment, Reattempt
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
    """One series per one-time order, from its earliest failure; the buyer is asked to pay again."""
    failed = sorted(
        (p for p in payments if p.failed_at is not None),
        key=lambda p: (p.failed_at or 0, p.razorpay_payment_id),
    )
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
    """Paid, expired, learnt too late, or still going on."""
    if sums.covered_at is not None:
        return Ending(State.CANCELLED, at(sums.covered_at), "paid")
    if order.status == Order.Status.EXPIRED:
        return Ending(State.CANCELLED, order.expires_at, "too_late")
    learnt = first.failure_learnt_at
    if learnt is not None and not is_news(at(first.failed_at or 0), learnt):
        return Ending(State.MISSED, learnt, "too_late")
    return Ending()


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
