"""Of columns that events fill as well: which values are our own record. Run in the shadow, where
the rows were taken over whole; what an event gave is emptied.
"""

from __future__ import annotations

from orders.models import Reattempt
from subscriptions import lifecycle
from subscriptions.models import Bill, Subscription

FIRST, LATEST = lifecycle.FIRST, lifecycle.LATEST
EMPTY = Subscription()


def subscriptions() -> None:
    """What Razorpay answered when it made one is our own record: no snapshot bears it."""
    for row in Subscription.objects.iterator(chunk_size=500):
        emptied = {name: getattr(EMPTY, name) for name in (*FIRST, *LATEST) if was_told(row, name)}
        Subscription.objects.filter(pk=row.pk).update(**emptied, mark=[], marks={}, conflicts={})


def was_told(row: Subscription, name: str) -> bool:
    """Whether a snapshot gave this value: then a mark says which (`orders.merging`)."""
    if name in FIRST:
        return bool(row.marks.get(f"first {name}"))
    return bool(row.marks.get(name, row.mark))


def bills() -> None:
    Bill.objects.filter(authorises=True).update(anchor=None, step=0, start=None, end=None)


def reminders() -> None:
    """Whether its day passed unpaid is kept; what came of it otherwise is derived."""
    passed = Reattempt.State.FAILED
    Reattempt.objects.exclude(state=passed).update(state=Reattempt.State.STARTED)
