"""Which payments of a cycle Razorpay made by itself, attempt by attempt. Nothing is guessed: what
cannot be told apart is unclear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orders.models import Payment, Reattempt
from subscriptions.models import Cycle

MadeBy = Reattempt.MadeBy
# How far a payment may be from the attempt that it belongs to.
HOUR = 3600


@dataclass(frozen=True)
class Tries:
    """The failed payments of a cycle, earliest first, and which of them each attempt made."""

    failed: list[Payment]
    of_attempt: dict[int, Payment]

    def reason(self, number: int) -> str:
        """Why an attempt failed; "" where its payment is not known."""
        payment = self.of_attempt.get(number)
        return (payment.error_reason if payment else None) or ""

    def attempt_of(self, payment: Payment) -> int | None:
        """Which attempt made this payment."""
        numbers = {own.pk: number for number, own in self.of_attempt.items()}
        return numbers.get(payment.pk)

    def others(self) -> list[Payment]:
        """Failed for good, and of no attempt: somebody tried by hand."""
        own = {payment.pk for payment in self.of_attempt.values()}
        return [p for p in self.failed if p.pk not in own and not p.captured]


def of(cycle: Cycle, payments: list[Payment], dates: dict[int, int]) -> Tries:
    """`dates` says when each attempt was to be made."""
    failed = sorted(
        (p for p in payments if p.failed_at is not None and is_of(cycle, p)),
        key=lambda p: (p.failed_at or 0, p.razorpay_payment_id),
    )
    found: dict[int, Payment] = {}
    taken: set[int] = set()
    for number, payment in [*nearest(cycle, failed, dates), *authorised_late(cycle, payments)]:
        if number not in found and payment.pk not in taken:
            found[number] = payment
            taken.add(payment.pk)
    return Tries(failed, found)


def nearest(
    cycle: Cycle, failed: list[Payment], dates: dict[int, int]
) -> list[tuple[int, Payment]]:
    """Each attempt with each payment within the hour, the nearest pair first."""
    pairs = [
        (abs((payment.failed_at or 0) - moment), number, payment.razorpay_payment_id, payment)
        for number, moment in moments(cycle, dates)
        for payment in failed
    ]
    close = [pair for pair in pairs if pair[0] <= HOUR]
    return [(number, payment) for _far, number, _id, payment in sorted(close, key=lambda p: p[:3])]


def authorised_late(cycle: Cycle, payments: list[Payment]) -> list[tuple[int, Payment]]:
    """Payments whose failure never reached us, only that the bank said yes after all; the nearest
    pair first. They were made before their attempt was told to have failed; what a buyer pays then
    is made after it."""
    pairs = [
        (seen["at"] - (payment.created_at or 0), int(key), payment.razorpay_payment_id, payment)
        for payment in payments
        if payment.captured and payment.failed_at is None and is_of(cycle, payment)
        for key, seen in cycle.attempts.items()
        if "asked" not in seen
    ]
    close = [pair for pair in pairs if 0 <= pair[0] <= HOUR]
    return [(number, payment) for _gap, number, _id, payment in sorted(close, key=lambda p: p[:3])]


def moments(cycle: Cycle, dates: dict[int, int]) -> Iterator[tuple[int, int]]:
    """When each attempt failed, as far as is known. One that only an answer told of was made some
    time before: then the day that Razorpay had named is as good."""
    for key, seen in cycle.attempts.items():
        yield int(key), seen["at"]
        if "asked" in seen and int(key) in dates:
            yield int(key), dates[int(key)]


def is_of(cycle: Cycle, payment: Payment) -> bool:
    """Whether a payment is on the cycle's Razorpay order or invoice."""
    by_order = payment.razorpay_order_id and payment.razorpay_order_id == cycle.razorpay_order_id
    by_bill = payment.razorpay_invoice_id and (
        payment.razorpay_invoice_id == cycle.razorpay_invoice_id
    )
    return bool(by_order or by_bill)


def by_whom(payment: Payment, *, is_razorpays_day: bool) -> Reattempt.MadeBy:
    """Whose hand a try was that belongs to no attempt.

    Sellers have "Attempt Charge" at Razorpay, but not for UPI and domestic cards: there the buyer
    is left, unless Razorpay was to try that day and has not told yet.
    Source: https://razorpay.com/docs/payments/subscriptions/manually-charge-card/
    """
    domestic = payment.method == "card" and payment.international is False
    if (payment.method == "upi" or domestic) and not is_razorpays_day:
        return MadeBy.BUYER
    return MadeBy.UNCLEAR
