"""What became of a debit whose answer was lost, or whose payment has no end yet: ask, never repeat.

A debit that may have been made blocks every other of its bill until Razorpay has said what it was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gateways import problems
from gateways.razorpay.client import Razorpay, notes_of
from orders import asking
from subscriptions.debiting import holding, recording, tries
from subscriptions.debiting.tries import Try
from subscriptions.models import Debit

State = Debit.State
Json = dict[str, Any]

# A process that committed a debit and is not heard of for so long is gone: a call takes seconds.
LEASE = timedelta(minutes=5)
# If Razorpay's order counts no try more after so long, the call never reached it.
NEVER_MADE = timedelta(minutes=10)
CLOCKS_DIFFER = 300  # seconds
LEAST_GAP = timedelta(minutes=2)
LONGEST_GAP = timedelta(hours=24)
# A bank says nothing of a domestic card before this.
NOT_BEFORE = timedelta(hours=36)


def look(made: Try, now: datetime) -> datetime | None:
    """Learn more of a debit; when to look again, None: it has ended."""
    debit = made.debit
    if made.has_ended:
        return None
    if debit.state == State.STARTED and made.payment is None:
        if now < debit.started_at + LEASE:
            return debit.started_at + LEASE
        recording.unknown(debit, now)
    with problems.watching_keys(debit.bill.subscription.order.gateway):
        razorpay = Razorpay.of(debit.bill.subscription.order.gateway)
        if made.payment is not None or debit.razorpay_payment_id:
            name = made.payment.razorpay_payment_id if made.payment else debit.razorpay_payment_id
            return ask(made, name, razorpay, now)
        return find(made, razorpay, now)


def ask(made: Try, payment_id: str, razorpay: Razorpay, now: datetime) -> datetime | None:
    """A payment without an end yet: less and less often, and a domestic card not before its day."""
    started_at = made.debit.started_at
    if tries.is_notified(made) and now < started_at + NOT_BEFORE:
        return started_at + NOT_BEFORE
    pass_on(made.debit, razorpay.payment(payment_id))
    return None if is_over(made.debit) else next_look(started_at, now)


def find(made: Try, razorpay: Razorpay, now: datetime) -> datetime | None:
    """Look for the payment of a debit whose answer was lost."""
    debit = made.debit
    name = debit.bill.razorpay_order_id or ""
    order = razorpay.order(name)
    listed = razorpay.order_payments(name)
    for payment in listed:
        if is_its(debit, payment):
            recording.accepted(debit, str(payment["id"]), now)
            pass_on(debit, payment)
            return None if is_over(debit) else next_look(debit.started_at, now)
    if was_never_made(debit, order, listed, now):
        recording.refused(debit, tries.UNREACHABLE, "", now)
        return now
    return next_look(debit.started_at, now)


def is_its(debit: Debit, payment: Json) -> bool:
    """By our note in it; where Razorpay kept no note, by the mandate that it charged and when."""
    note = notes_of(payment).get(tries.NOTE)
    if note:
        return bool(note == debit.uid)
    charged = payment.get("token_id") == debit.razorpay_token_id
    made_at = int(payment.get("created_at") or 0)
    return charged and made_at >= debit.started_at.timestamp() - CLOCKS_DIFFER


def was_never_made(debit: Debit, order: Json, listed: list[Json], now: datetime) -> bool:
    """By the order, which is read at once, and by its list, which lags: after ten minutes, if there
    is no try that could be it."""
    if now < debit.started_at + NEVER_MADE:
        return False
    attempts = int(order.get("attempts") or 0)
    return attempts <= debit.attempts_before or len(listed) >= attempts


def next_look(started_at: datetime, now: datetime) -> datetime:
    gap = max(LEAST_GAP, min((now - started_at) / 2, LONGEST_GAP))
    return now + gap


def pass_on(debit: Debit, payment: Json) -> None:
    gateway_id = debit.bill.subscription.gateway_id
    asking.pass_on(gateway_id, "payment.fetched", {"payment": payment})


def is_over(debit: Debit) -> bool:
    """Whether the books know its end."""
    for series in holding.of_bill(debit.bill).series:
        made = series.tries.get(debit.n)
        if made is not None and made.debit.pk == debit.pk:
            return made.has_ended
    return False
