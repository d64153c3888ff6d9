"""What a row of the list says: reason, tries, what comes next and who makes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from gateways.models import Problem
from orders.models import Payment, Reattempt
from orders.pages.recovery import series
from orders.pages.sales import strips
from orders.reasons import label
from orders.recovering import told
from orders.reminding import NOT_PAID
from orders.retries import OPEN

State = Reattempt.State
# What a row says of its order.
WHOLE = (
    "order__gateway", "order__customer", "order__product", "order__price", "order__subscription",
)  # fmt: skip
Key = tuple[int, int]  # order and cycle
PIPS = {
    State.FAILED: "failed",
    State.SUCCEEDED: "succeeded",
    State.STARTED: "trying",
    State.UNKNOWN: "trying",
    State.SCHEDULED: "left",
}


@dataclass(frozen=True)
class Row:
    """One series. `pips` are its three tries, in a word each."""

    first: Reattempt
    reason: str
    used: int
    pips: list[str]
    said: str
    tone: str
    icon: str
    next_at: datetime | None
    how: str
    made_by: str
    waits_for_bank: bool
    is_paused: bool

    @property
    def order(self) -> Any:
        return self.first.order

    @property
    def state(self) -> str:
        """In a word: as the tabs are called, or "paid" for what was paid at once or elsewhere."""
        first: Any = self.first
        if first.is_open:
            return "being_tried"
        if first.is_paid:
            ended = (first.state, first.reason, first.done_at, self.failed_at)
            return "paid" if series.was_at_once(*ended) else "recovered"
        return "paid" if first.is_settled else "given_up"

    @property
    def failed_at(self) -> datetime:
        first: Any = self.first
        return series.failed_at(first.failed_first, first.due_at)

    @property
    def ended_at(self) -> datetime | None:
        first: Any = self.first
        ended: datetime | None = first.ended_at
        return ended


def shown(page: list[Reattempt]) -> list[Row]:
    """In as many queries for fifty series as for one."""
    ledgers, why = ledgers_of(page), reasons_of(page)
    refused = refused_gateways(page)
    return [row_of(first, ledgers[key(first)], why, refused) for first in page]


def key(row: Reattempt) -> Key:
    return row.order_id, row.cycle


def ledgers_of(page: Iterable[Reattempt]) -> dict[Key, list[Reattempt]]:
    """The three of each series. A page may hold many cycles of one order."""
    found: dict[Key, list[Reattempt]] = defaultdict(list)
    orders, cycles = {row.order_id for row in page}, {row.cycle for row in page}
    slots = Reattempt.objects.filter(order__in=orders, cycle__in=cycles, n__isnull=False)
    for slot in slots.order_by("n"):
        found[key(slot)].append(slot)
    return found


def reasons_of(page: Iterable[Reattempt]) -> dict[int, list[tuple[int, str]]]:
    """When payments of these orders failed and why, oldest first."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    failed = Payment.objects.filter(
        order__in={row.order_id for row in page}, failed_at__isnull=False
    )
    columns = failed.order_by("failed_at", "pk").values_list("order", "failed_at", "error_reason")
    for order, failed_at, reason in columns:
        found[order].append((failed_at or 0, reason or ""))
    return found


def refused_gateways(page: Iterable[Reattempt]) -> set[int | None]:
    kind = Problem.Kind.KEYS_REFUSED
    gateways = {row.order.gateway_id for row in page}
    standing = Problem.objects.standing().filter(gateway__in=gateways, kind=kind)
    return set(standing.values_list("gateway", flat=True))


def row_of(
    first: Reattempt,
    slots: list[Reattempt],
    why: dict[int, list[tuple[int, str]]],
    refused: set[int | None],
) -> Row:
    coming, asks = next_of(slots), told.is_asked(slots)
    scheduled = coming is not None and coming.state == State.SCHEDULED
    tone, icon, said = badge_of(first, slots, coming if scheduled else None)
    gateway, by_bank = first.order.gateway, bool(coming) and told.waits_for_bank(first.order)
    return Row(
        first=first,
        reason=reason_of(first, slots, why[first.order_id]),
        used=sum(slot.counted for slot in slots),
        pips=[PIPS.get(State(slot.state), "over") for slot in slots],
        said=said,
        tone=tone,
        icon=icon,
        next_at=coming.due_at if coming and scheduled and not by_bank else None,
        how=strips.how(coming, asks) if coming and scheduled else "",
        made_by=slots[0].made_by,
        waits_for_bank=by_bank,
        is_paused=bool(coming) and (gateway.pk in refused or not gateway.is_connected),
    )


def badge_of(
    first: Any, slots: list[Reattempt], next_one: Reattempt | None
) -> tuple[str, str, str]:
    """As the series' own page says, but for money that came after the third failure."""
    if first.is_paid and not first.is_open:
        return "good", "check", _("Paid")
    return strips.badge(slots, next_one)


def next_of(slots: list[Reattempt]) -> Reattempt | None:
    """What is waited for. A buyer who was asked by mail has a day: then the next mail is."""
    waiting = [slot for slot in slots if slot.state in OPEN]
    if told.is_asked(slots):
        waiting.sort(key=lambda slot: slot.state != State.SCHEDULED)
    return waiting[0] if waiting else None


def reason_of(first: Reattempt, slots: list[Reattempt], failures: list[tuple[int, str]]) -> str:
    """Of the newest try in it that failed; a cycle's are told from others' by when they were. That
    nobody answered a mail is no reason."""
    counted = [slot.reason for slot in slots if is_told(slot)]
    if counted:
        return label(counted[-1])
    ends = max(int(slot.due_at.timestamp()) for slot in slots)
    theirs = [why for when, why in failures if first.cycle <= when <= ends]
    return label(theirs[-1]) if theirs else _("not told yet")


def is_told(slot: Reattempt) -> bool:
    return slot.state == State.FAILED and slot.reason not in {"", NOT_PAID}
