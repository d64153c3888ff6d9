"""The ledger of re-attempts: besides the first try, three, one day apart.

Nobody can change the number or the delay; there is no setting for them anywhere. Each way of paying
says what its series should be (`orders.reminding`, `subscriptions.retries`, ...); here the rows are
made equal to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orders.models import Order, Reattempt

# The whole policy. A day is 24 hours, whatever a clock on a wall does.
REATTEMPTS = 3
DELAY = timedelta(days=1)

State = Reattempt.State
MadeBy = Reattempt.MadeBy

# Something can still become of these.
OPEN = frozenset({State.SCHEDULED, State.STARTED, State.UNKNOWN})
# What the books may say of a try that was made: how it ended.
ENDS = ("state", "done_at", "reason", "counted")

Key = tuple[int | None, int | None]


@dataclass(frozen=True)
class Slot:
    """One row of the ledger as it should be.

    `started_at` is given where a record of its own tells of the try; then the row says just this.
    `look_at` is when there is something to do before it is due.
    """

    n: int | None
    due_at: datetime
    state: Reattempt.State
    made_by: Reattempt.MadeBy
    payment_id: int | None = None
    done_at: datetime | None = None
    reason: str = ""
    counted: bool = False
    started_at: datetime | None = None
    look_at: datetime | None = None

    @property
    def key(self) -> Key:
        return key(self)

    @property
    def first_look(self) -> datetime | None:
        """When the task looks at it, if nobody has yet."""
        return (self.look_at or self.due_at) if self.state in OPEN else None


@dataclass(frozen=True)
class Ending:
    """How a series ended before its tries were used up."""

    state: Reattempt.State = State.SCHEDULED
    done_at: datetime | None = None
    reason: str = ""


def due(n: int, first: datetime, *others: datetime | None) -> datetime:
    """When try n may be made: n days after the first failure, and not before any of the others (a
    day after the result of the one before was known; what the method allows)."""
    return max([first + n * DELAY, *(moment for moment in others if moment is not None)])


def key(slot: Slot | Reattempt) -> Key:
    """Which row of its series: its number, or the payment of a try that has none."""
    return slot.n, None if slot.n else slot.payment_id


def write(order: Order, cycle: int, slots: Iterable[Slot]) -> None:
    """Make the ledger of one order and cycle equal to `slots`, but for tries already made."""
    wanted = {slot.key: slot for slot in slots}
    held = {key(row): row for row in order.reattempts.filter(cycle=cycle)}
    drop(order, cycle, held, wanted)
    for name, slot in wanted.items():
        row = held.get(name)
        if row is None:
            first_look = slot.first_look
            Reattempt.objects.create(order=order, cycle=cycle, work_at=first_look, **columns(slot))
        else:
            update(row, said_of(row, slot))


def drop(order: Order, cycle: int, held: dict[Key, Reattempt], wanted: dict[Key, Slot]) -> None:
    """Rows without a number that are no more, or that are of this cycle now: a payment has one."""
    gone = [row.pk for name, row in held.items() if row.n is None and name not in wanted]
    if gone:
        order.reattempts.filter(pk__in=gone).delete()
    moved = [
        slot.payment_id for name, slot in wanted.items() if slot.payment_id and name not in held
    ]
    if moved:
        order.reattempts.filter(payment__in=moved, n=None).exclude(cycle=cycle).delete()


def said_of(row: Reattempt, slot: Slot) -> dict[str, Any]:
    """What a slot says of the row that is there already."""
    values = columns(slot)
    if row.started_at is not None and slot.started_at is None:
        if row.state not in OPEN or slot.state in OPEN:
            return {}  # a try that was made stays what it was
        values = {name: values[name] for name in ENDS}
    return {**values, "work_at": next_look(row, slot)}


def next_look(row: Reattempt, slot: Slot) -> datetime | None:
    """When to look at the row next: when it is due. A look that lies further ahead stays: a process
    may be at the row this very moment, and it keeps others away so."""
    if slot.state not in OPEN or not row.looks:
        return slot.first_look
    if row.state in OPEN and row.due_at == slot.due_at:
        return row.work_at
    return max(row.work_at or slot.due_at, slot.due_at)


def columns(slot: Slot) -> dict[str, Any]:
    return {name: getattr(slot, name) for name in slot.__dataclass_fields__ if name != "look_at"}


def update(row: Reattempt, values: dict[str, Any]) -> None:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
