"""What came in, what went back, what is left: sums over the rows of one order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from orders.disputes import LOST
from orders.models import Dispute, Order, Payment, Refund


@dataclass(frozen=True)
class Totals:
    """In the smallest unit of the order's currency; times are unix seconds, None for never.

    `covered_at` is when there first was enough: what had come in, less what had gone back by then.
    `emptied_at` is when the last of it had gone, and `enough` whether enough came in since.
    `returned_at` is when the last money went back.
    """

    seen: bool
    captured: int
    returned: int
    covered_at: int | None
    emptied_at: int | None
    enough: bool
    returned_at: int | None

    @property
    def net(self) -> int:
        return self.captured - self.returned

    @property
    def over_at(self) -> int | None:
        """When what had been enough was gone, None while it is not."""
        return None if self.covered_at is None or self.enough else self.emptied_at

    @property
    def came_again(self) -> bool:
        """Whether money came in after an order that had been covered was given back in full."""
        if self.covered_at is None or self.emptied_at is None:
            return False
        return self.net > 0 and self.covered_at <= self.emptied_at


def payments_of(order: Order) -> list[Payment]:
    """The order's payments with their refunds and lost disputes, in three queries."""
    return list(with_what_left(order.payments.all()))


def with_what_left(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """With their refunds and lost disputes."""
    lost = Prefetch("disputes", Dispute.objects.filter(status=LOST))
    return payments.prefetch_related("refunds", lost).order_by("pk")


def gone_back(payment: Payment) -> int:
    """What left again: processed refunds and lost disputes, never more than came in."""
    return sum(amount for _when, amount in departures(payment))


def departures(payment: Payment) -> Iterator[tuple[int, int]]:
    """When how much of a payment left again, oldest first; never more than came in."""
    left = [
        (refund.processed_at or 0, refund.razorpay_refund_id, refund.amount or 0)
        for refund in payment.refunds.all()
        if refund.status == Refund.Status.PROCESSED
    ]
    lost = [d for d in payment.disputes.all() if d.status == LOST]
    left += [(d.mark[1], d.razorpay_dispute_id, d.amount or 0) for d in lost]
    remains = payment.amount or 0
    for when, _id, amount in sorted(left):
        yield when, min(amount, remains)
        remains -= min(amount, remains)


def gone_back_at(payment: Payment) -> int:
    """When the last of it left, in unix seconds."""
    refunds = [refund.went_at or 0 for refund in payment.refunds.all()]
    disputes = [d.mark[1] for d in payment.disputes.all() if d.status == LOST]
    return max([*refunds, *disputes], default=0)


def counts(order: Order, payment: Payment) -> bool:
    """Only captured payments of the order's own currency count."""
    return payment.captured and payment.currency == order.currency


def moves(payments: Iterable[Payment]) -> list[tuple[int, bool, str, int]]:
    """When, whether out, of which payment, how much came in (above 0) or went back (below), oldest
    first. Of one second, what came in is first; and nothing goes back before it came.
    """
    told = []
    for payment in payments:
        came_at, name = payment.captured_at or 0, payment.razorpay_payment_id
        told.append((came_at, False, name, payment.amount or 0))
        told += [(max(when, came_at), True, name, -out) for when, out in departures(payment)]
    return sorted(move for move in told if move[-1])


def held_before(order: Order, payments: Iterable[Payment], this: Payment) -> int:
    """What counts and was there already when this payment came in, in the smallest unit."""
    came = (this.captured_at or 0, False, this.razorpay_payment_id)
    counted = [payment for payment in payments if counts(order, payment)]
    return sum(amount for *key, amount in moves(counted) if tuple(key) < came)


def of(order: Order, payments: Iterable[Payment]) -> Totals:
    """Add up what counts."""
    rows = list(payments)
    counted = [payment for payment in rows if counts(order, payment)]
    net, covered_at, emptied_at, enough = 0, None, None, False
    for when, _out, _name, amount in moves(counted):
        net += amount
        if net >= order.amount:
            covered_at, enough = when if covered_at is None else covered_at, True
        elif net <= 0:
            emptied_at, enough = when, False
    return Totals(
        seen=bool(rows),
        captured=sum(payment.amount or 0 for payment in counted),
        returned=sum(gone_back(payment) for payment in counted),
        covered_at=covered_at,
        emptied_at=emptied_at,
        enough=enough,
        returned_at=max((gone_back_at(p) for p in counted), default=0) or None,
    )
