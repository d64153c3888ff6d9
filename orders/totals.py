"""What came in, what went back, what is left: sums over the rows of one order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from orders.disputes import LOST
from orders.models import Dispute, Order, Payment, Refund


@dataclass(frozen=True)
class Totals:
    """In the smallest unit of the order's currency.

    `covered_at` is when enough had come in (unix seconds), None if it never did. `returned_at` is
    when the last money went back.
    """

    seen: bool
    captured: int
    returned: int
    covered_at: int | None
    returned_at: int | None

    @property
    def net(self) -> int:
        return self.captured - self.returned


def payments_of(order: Order) -> list[Payment]:
    """The order's payments with their refunds and lost disputes, in three queries."""
    return list(
        order.payments.prefetch_related(
            "refunds", Prefetch("disputes", Dispute.objects.filter(status=LOST))
        ).order_by("pk")
    )


def gone_back(payment: Payment) -> int:
    """What left again: processed refunds and lost disputes, never more than came in."""
    refunds = sum(
        refund.amount or 0
        for refund in payment.refunds.all()
        if refund.status == Refund.Status.PROCESSED
    )
    disputes = sum(d.amount or 0 for d in payment.disputes.all() if d.status == LOST)
    return min(refunds + disputes, payment.amount or 0)


def gone_back_at(payment: Payment) -> int:
    """When the last of it left, in unix seconds."""
    refunds = [refund.processed_at or 0 for refund in payment.refunds.all()]
    disputes = [d.mark[1] for d in payment.disputes.all() if d.status == LOST]
    return max([*refunds, *disputes], default=0)


def of(order: Order, payments: Iterable[Payment]) -> Totals:
    """Add up. Only captured payments of the order's own currency count."""
    rows = list(payments)
    counted = [p for p in rows if p.captured and p.currency == order.currency]
    counted.sort(key=lambda p: (p.captured_at or 0, p.razorpay_payment_id))
    captured, covered_at = 0, None
    for payment in counted:
        captured += payment.amount or 0
        if covered_at is None and captured >= order.amount:
            covered_at = payment.captured_at
    return Totals(
        seen=bool(rows),
        captured=captured,
        returned=sum(gone_back(p) for p in counted),
        covered_at=covered_at,
        returned_at=max((gone_back_at(p) for p in counted), default=0) or None,
    )
