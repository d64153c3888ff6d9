"""What became of each try to debit a mandate for a bill: read off our debits and the payments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from orders.causes import at, is_news
from orders.models import Payment
from orders.retries import REATTEMPTS, State
from subscriptions.models import Debit

# No debit was made, and none will be missed: it is tried again a little later. Why, for us:
KEYS_REFUSED = "keys_refused"
UNREACHABLE = "unreachable"
SLOW_DOWN = "slow_down"
TOO_SOON = "too_soon"
# Razorpay debits nobody for this seller: a problem of the seller's, not of the buyer's.
ACCOUNT_REFUSED = "account_refused"
# Razorpay takes no further payment of this order from us: the buyer is asked instead.
ORDER_REFUSED = "order_refused"
# The bank allowed it, and Razorpay gave it back: it came too late, or the order was paid meanwhile.
# https://razorpay.com/docs/payments/refunds/auto-refunds/
NOT_CAPTURED = "not_captured"

# Razorpay says that the order is paid, or that a payment of it is on its way: it is asked.
IN_THE_WAY = "payment_in_progress"
FOR_NOW = {KEYS_REFUSED, UNREACHABLE, SLOW_DOWN, TOO_SOON, ACCOUNT_REFUSED, IN_THE_WAY}
NOTE = "raseed_debit"
LAST = REATTEMPTS
ENDED = {State.FAILED, State.SUCCEEDED, State.REFUSED}
# How long after a debit was started the next one may be: the bank tells the buyer of a domestic
# card before each, and a second such notice would override the first.
# https://razorpay.com/docs/payments/recurring-payments/cards/faqs/
NOTICE_OF_CARDS = timedelta(hours=36, minutes=5)
# A failure that is dated like its payment was read off the payment, which says when it was made and
# not when it failed; unless the two really were close.
CLOSE = timedelta(hours=1)


class Means(NamedTuple):
    """What is known of a mandate. `ended_at` in unix seconds; None: nobody said."""

    method: str | None = None
    international: bool | None = None
    ended_at: int | None = None


@dataclass(frozen=True)
class Try:
    """One debit that Razorpay has, may have, or refused for good. Times are unix seconds.

    `failed_at` and `reason` are set also where money came after all; `known_at` is when we knew how
    it ended.
    """

    n: int
    debit: Debit
    payment: Payment | None
    state: State
    failed_at: int | None
    ended_at: int | None
    known_at: datetime | None
    reason: str
    # The first moment after which the method allows another.
    free_at: datetime

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def counted(self) -> bool:
        """Accepted by Razorpay, and ended."""
        return self.state in {State.FAILED, State.SUCCEEDED}

    @property
    def is_old_news(self) -> bool:
        """Whether its failure was too old when we learnt of it."""
        return (
            self.failed_at is not None
            and self.known_at is not None
            and not is_news(at(self.failed_at), self.known_at)
        )


def of(
    debits: Iterable[Debit], payments: list[Payment], means: Mapping[str, Means]
) -> dict[int, Try]:
    """The tries by their number. What was refused for now is none, unless it was made after all."""
    found: dict[int, Try] = {}
    paid_at = min((p.captured_at or 0 for p in payments if p.captured), default=None)
    for debit in debits:
        payment = payment_of(debit, payments)
        given_up = debit.state == Debit.State.REFUSED and debit.reason in FOR_NOW
        in_flight = debit.n in found and not found[debit.n].has_ended
        if not in_flight and (payment is not None or not given_up):
            found[debit.n] = of_debit(debit, payment, means[debit.razorpay_token_id], paid_at)
    return found


def payment_of(debit: Debit, payments: Iterable[Payment]) -> Payment | None:
    """By the id that Razorpay named; before it did, by our note in it."""
    for payment in payments:
        named = payment.razorpay_payment_id == debit.razorpay_payment_id
        if named or payment.notes.get(NOTE) == debit.uid:
            return payment
    return None


def of_debit(debit: Debit, payment: Payment | None, means: Means, paid_at: int | None) -> Try:
    """`paid_at`: when money came in for its bill, whoever paid."""
    state, ended_at, known_at = State.STARTED, None, None
    failed_at = failure_of(payment) if payment else None
    reason = (payment.error_reason or "") if payment and failed_at is not None else ""
    free_at = debit.started_at + gap(payment, means)
    if payment is None and debit.state == Debit.State.REFUSED:
        answered = debit.answered_at or debit.started_at
        failed_at = ended_at = int(answered.timestamp())
        state, known_at, reason = State.REFUSED, answered, debit.reason
        free_at = debit.started_at
    elif payment is None and debit.state == Debit.State.UNKNOWN:
        state = State.UNKNOWN
    elif payment is not None and payment.captured:
        state, ended_at = State.SUCCEEDED, payment.captured_at
        known_at = at(payment.captured_at or 0)
    elif payment is not None and failed_at is not None:
        state, ended_at, known_at = State.FAILED, failed_at, payment.failure_learnt_at
    elif payment is not None and (returned_at := given_back_at(payment)) is not None:
        state, ended_at, known_at = State.FAILED, returned_at, at(returned_at)
        # Given back because the bill was paid, it is no failure of the bill.
        failed_at = returned_at if paid_at is None or returned_at < paid_at else None
        reason = NOT_CAPTURED
    return Try(debit.n, debit, payment, state, failed_at, ended_at, known_at, reason, free_at)


def failure_of(payment: Payment) -> int | None:
    """When it failed, as well as anybody knows."""
    failed_at, learnt = payment.failed_at, payment.failure_learnt_at
    if failed_at is None or learnt is None:
        return failed_at
    undated = failed_at <= (payment.created_at or 0)
    return int(learnt.timestamp()) if undated and learnt - at(failed_at) > CLOSE else failed_at


def given_back_at(payment: Payment) -> int | None:
    """When Razorpay gave back what had only been authorised."""
    if payment.captured or payment.status != Payment.Status.REFUNDED:
        return None
    return min((r.created_at for r in payment.refunds.all() if r.created_at), default=None)


def gap(payment: Payment | None, means: Means) -> timedelta:
    return NOTICE_OF_CARDS if is_domestic_card(payment, means) else timedelta()


def is_domestic_card(payment: Payment | None, means: Means) -> bool:
    """A card that is not said to be of another country."""
    rows = [row for row in (means, payment) if row is not None]
    method = next((row.method for row in rows if row.method), None)
    abroad = next((row.international for row in rows if row.international is not None), False)
    return method == "card" and not abroad


def refusals_for_now(debits: Iterable[Debit]) -> Iterator[Debit]:
    """The debits that were not made, and are made a little later."""
    for debit in debits:
        if debit.state == Debit.State.REFUSED and debit.reason in FOR_NOW:
            yield debit


def is_notified(made: Try) -> bool:
    """Whether the bank tells the buyer of it first, and takes its time."""
    return made.free_at - made.debit.started_at >= NOTICE_OF_CARDS
