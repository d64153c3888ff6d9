"""Mails: owed together with the fact, sent when due, each at most once.

The row is the promise. It is written in the transaction that learns the fact; a task sends what is
due. A row is marked `started` before the mail server is called, so a crash in between loses one
mail rather than sending it twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from orders.causes import Cause, at, is_news
from orders.models import Mail, Order, Payment

# The buyer may still be typing the one-time password.
PATIENCE = timedelta(minutes=30)


def owe(
    order: Order,
    kind: Mail.Kind,
    fact: str,
    happened_at: datetime,
    cause: Cause,
    wait: timedelta = timedelta(),
) -> None:
    """Promise one mail about one fact. Old news and replays are noted and not mailed."""
    state = Mail.State.WAITING
    if cause.replayed:
        state = Mail.State.REPLAYED
    elif not is_news(happened_at, cause.learnt_at):
        state = Mail.State.TOO_OLD
    mail = Mail(order=order, kind=kind, fact=fact, state=state, due_at=timezone.now() + wait)
    Mail.objects.bulk_create([mail], ignore_conflicts=True)


def owe_receipt(order: Order, payment: Payment, cause: Cause) -> None:
    """One receipt per captured payment."""
    happened_at = at(payment.captured_at or 0)
    owe(order, Mail.Kind.RECEIPT, payment.razorpay_payment_id, happened_at, cause)


def owe_failure(order: Order, failed_at: int, cause: Cause) -> None:
    """One mail for the first failure of an order; it waits, in case the buyer pays meanwhile."""
    owe(order, Mail.Kind.FAILURE, "first", at(failed_at), cause, wait=PATIENCE)
