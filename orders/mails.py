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
    """One mail for the first failure of an order; it waits, in case the buyer pays meanwhile."""
    failed = [payment.failed_at for payment in payments if payment.failed_at is not None]
    if failed:
        yield Letter(Mail.Kind.FAILURE, "first", at(min(failed)), PATIENCE)
