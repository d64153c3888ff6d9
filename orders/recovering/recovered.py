"""Money that came after all: is it worth a mail to the seller?"""

from __future__ import annotations

from orders.mails import PATIENCE
from orders.models import Order, Reattempt
from orders.retries import DELAY

State = Reattempt.State


def is_worth_telling(order: Order, cycle: int) -> bool:
    """Not of a buyer who mistyped the one-time password and paid a minute later: a re-attempt was
    made, or half an hour had passed. A charge that fails by itself is always worth it."""
    rows = list(order.reattempts.filter(cycle=cycle, n__gt=0).order_by("n"))
    if any(row.state == State.SUCCEEDED for row in rows):
        return True
    paid = [row for row in rows if row.reason == "paid" and row.done_at is not None]
    if not paid or cycle:
        return bool(paid)
    if any(row.state == State.FAILED for row in rows):
        return True
    failed_at = rows[0].due_at - DELAY
    return any(row.done_at is not None and row.done_at >= failed_at + PATIENCE for row in paid)
