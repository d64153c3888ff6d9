"""What a subscription's cycles amount to: which are paid, and until when."""

from __future__ import annotations

from dataclasses import dataclass

from orders import totals
from orders.models import Payment
from subscriptions.models import Charge, Cycle, Subscription


@dataclass(frozen=True)
class Period:
    """One cycle with its money. Times are unix seconds.

    `paid_at` is None for an unpaid cycle; `returned_at` is set where the money went back again.
    """

    cycle: Cycle
    paid_at: int | None
    returned_at: int | None

    @property
    def end(self) -> int:
        return self.cycle.end or self.cycle.start

    @property
    def is_paid(self) -> bool:
        return self.paid_at is not None and self.returned_at is None

    @property
    def was_refunded(self) -> bool:
        return self.paid_at is not None and self.returned_at is not None


def of(subscription: Subscription, payments: list[Payment] | None = None) -> list[Period]:
    """The subscription's cycles in order, with what paid for them; `payments` are those of its
    order, where they were read already."""
    known = payments if payments is not None else totals.payments_of(subscription.order)
    by_key = {payment.pk: payment for payment in known}
    cycles = list(subscription.cycles.prefetch_related("charges"))
    for charge in (charge for cycle in cycles for charge in cycle.charges.all()):
        if charge.payment_id in by_key:
            charge.payment = by_key[charge.payment_id]
    elsewhere = {
        charge.payment_id: charge.cycle_id
        for cycle in cycles
        for charge in cycle.charges.all()
        if charge.source == Charge.Source.CHARGED
    }
    return [period(cycle, elsewhere) for cycle in cycles]


def period(cycle: Cycle, charged: dict[int, int]) -> Period:
    """One cycle's money. A payment pays one cycle: the one that subscription.charged named."""
    payments = {
        charge.payment
        for charge in cycle.charges.all()
        if charge.payment.captured and charged.get(charge.payment_id, cycle.pk) == cycle.pk
    }
    if not payments:
        return Period(cycle, None, None)
    kept = [p for p in payments if totals.gone_back(p) < (p.amount or 0)]
    paid_at = min(p.captured_at or 0 for p in kept or payments)
    returned_at = None if kept else max(totals.gone_back_at(p) for p in payments)
    return Period(cycle, paid_at, returned_at)


def suspended(at: int, periods: list[Period]) -> bool:
    """Whether charging had halted at this time, and no money had come in since."""
    halts = [p.cycle.halted_at for p in periods if p.cycle.halted_at is not None]
    last_halt = max((halt for halt in halts if halt <= at), default=None)
    if last_halt is None:
        return False
    return not any(p.paid_at is not None and last_halt <= p.paid_at < at for p in periods)


def is_suspended(periods: list[Period]) -> bool:
    """Whether charging has halted, and no money has come in since."""
    halts = [p.cycle.halted_at for p in periods if p.cycle.halted_at is not None]
    return bool(halts) and not any(
        p.paid_at is not None and p.paid_at >= max(halts) for p in periods
    )


def paid_until(this: Period, periods: list[Period]) -> int:
    """How far one paid cycle reaches.

    Paid after its end, or after suspension, it gives its full length from the moment of payment.
    """
    paid_at = this.paid_at or 0
    if paid_at > this.end or suspended(paid_at, periods):
        return paid_at + this.end - this.cycle.start
    return this.end
