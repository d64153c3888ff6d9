"""Mails: owed together with the fact, sent when due, each at most once.

The row is the promise. It is written in the transaction that learns the fact; a task sends what is
due. A row is marked `started` before the mail is handed over, so a crash in between loses one mail
rather than sending it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from orders.causes import Cause, at, is_news
from orders.models import Customer, Mail, Order, Payment

# The buyer may still be typing the one-time password.
PATIENCE = timedelta(minutes=30)
# Why a charge failed is in its payment's event, which may come after the subscription's, or has to
# be asked for: that is done five minutes later.
WHY_FOLLOWS = timedelta(minutes=10)
# The fact of an order's first failure. Others are `<cycle>` or `<cycle>/<number of the try>`.
FIRST = "first"


@dataclass(frozen=True)
class Letter:
    """One mail about one fact. `wait` leaves time for the fact to be mended."""

    kind: Mail.Kind
    fact: str
    happened_at: datetime
    wait: timedelta = timedelta()


def owe(order: Order, letters: Iterable[Letter], cause: Cause) -> None:
    """Promise what is not promised yet. Old news and replays are noted and not mailed."""
    now = timezone.now()
    Mail.objects.bulk_create(
        [
            Mail(
                order=order,
                kind=letter.kind,
                fact=letter.fact,
                state=state_of(letter, cause),
                due_at=now + letter.wait,
            )
            for letter in letters
        ],
        ignore_conflicts=True,
    )


def owe_buyer(customer: Customer, kinds: Iterable[Mail.Kind], fact: str) -> None:
    """Promise mails that are about the buyer and no order, due at once."""
    rows = [Mail(customer=customer, kind=kind, fact=fact) for kind in kinds]
    Mail.objects.bulk_create(rows, ignore_conflicts=True)


def state_of(letter: Letter, cause: Cause) -> Mail.State:
    if cause.replayed:
        return Mail.State.REPLAYED
    fresh = is_news(letter.happened_at, cause.learnt_at)
    return Mail.State.WAITING if fresh else Mail.State.TOO_OLD


def receipts(payments: Iterable[Payment]) -> Iterator[Letter]:
    """One receipt per captured payment."""
    for payment in payments:
        if payment.captured:
            happened_at = at(payment.captured_at or 0)
            yield Letter(Mail.Kind.RECEIPT, payment.razorpay_payment_id, happened_at)


def failures(payments: Iterable[Payment]) -> Iterator[Letter]:
    """To both, for the first failure of an order; they wait, in case the buyer pays meanwhile."""
    failed = [payment.failed_at for payment in payments if payment.failed_at is not None]
    if failed:
        for kind in (Mail.Kind.FAILURE, Mail.Kind.FAILURE_SELLER):
            yield Letter(kind, FIRST, at(min(failed)), PATIENCE)


def of_failed_cycle(cycle: int, number: int, happened_at: datetime) -> Iterator[Letter]:
    """To both, for each try of a cycle that failed and that another follows."""
    for kind in (Mail.Kind.CYCLE_FAILURE, Mail.Kind.FAILURE_SELLER):
        yield Letter(kind, f"{cycle}/{number}", happened_at, WHY_FOLLOWS)


def of_halt(cycle: int, happened_at: datetime) -> Iterator[Letter]:
    """To both, when a cycle is tried no more."""
    for kind in (Mail.Kind.HALTED, Mail.Kind.HALTED_SELLER):
        yield Letter(kind, f"{cycle}", happened_at, WHY_FOLLOWS)


def reminder(cycle: int, n: int, happened_at: datetime) -> Letter:
    """To the buyer: the n-th of three times that they are asked to pay."""
    return Letter(Mail.Kind.REMINDER, f"{cycle}/{n}", happened_at)


def of_unpaid(cycle: int, happened_at: datetime) -> Iterator[Letter]:
    """To both, when the buyer was asked three times and has not paid."""
    for kind in (Mail.Kind.UNPAID, Mail.Kind.UNPAID_SELLER):
        yield Letter(kind, f"{cycle}", happened_at)


def recovered(cycle: int, happened_at: datetime) -> Letter:
    """To the seller, when what had failed was paid after all."""
    return Letter(Mail.Kind.RECOVERED_SELLER, f"{cycle}", happened_at)


def place_of(mail: Mail) -> tuple[int, int]:
    """The cycle and the number that a mail's fact names; (0, 1) for the first failure."""
    cycle, _slash, number = mail.fact.partition("/")
    if not cycle.isdecimal():
        return 0, 1
    return int(cycle), int(number or 0)
