"""What Raseed can know, and from when: which webhooks may be dropped, and how long it may take
until what was dropped is found by asking."""

from __future__ import annotations

from typing import Any

from tests.simulation.cases import Purchase
from tests.simulation.clock import HOUR
from tests.simulation.stage import Stage

# Of one payment of a one-time order: the event that brings the news comes besides.
SAID_TWICE = ("payment.authorized", "order.paid")
# A series is followed day by day, so what was dropped is found within a day.
ASKED_WITHIN = 26 * HOUR
SLACK = 180


def may_drop(stage: Stage, purchase: Purchase, name: str, told: dict[str, Any]) -> bool:
    """Whether Raseed finds out by asking, as the issue promises."""
    if purchase.case.kind == "follow":
        return while_followed(purchase, name, told)
    if purchase.case.kind == "act":
        return of_a_debit(told) or name in SAID_TWICE
    return name in SAID_TWICE


def while_followed(purchase: Purchase, name: str, told: dict[str, Any]) -> bool:
    """From the second failure on; the first is what starts the series."""
    subscription = told.get("subscription") or {}
    if name == "subscription.pending":
        was = purchase.in_series
        purchase.in_series = True
        return was and (subscription.get("auth_attempts") or 0) > 1
    if name.startswith("subscription."):
        was, purchase.in_series = purchase.in_series, False
        return was and name in ("subscription.charged", "subscription.halted",
                                "subscription.cancelled")  # fmt: skip
    return purchase.in_series or name in SAID_TWICE


def of_a_debit(told: dict[str, Any]) -> bool:
    """We made it, so we ask what became of it."""
    payment = told.get("payment") or {}
    notes = payment.get("notes")
    return isinstance(notes, dict) and "raseed_debit" in notes


def is_looked_up(purchase: Purchase, name: str, told: dict[str, Any]) -> bool:
    """Of a period in which charging had stopped nothing was told: whose invoice it is that somebody
    paid, has to be asked."""
    payment = told.get("payment") or {}
    return name == "invoice.paid" and payment.get("id") in purchase.by_hand


def expect(
    stage: Stage, purchase: Purchase, name: str, arrives: int | None, told: dict[str, Any]
) -> None:
    """Until when Raseed may not know of this."""
    if name in SAID_TWICE or (purchase.case.kind == "follow" and name.startswith("payment.")):
        return
    now, shop = stage.clock.now, purchase.case.shop.number
    until = arrives + SLACK if arrives is not None else now
    if arrives is None or is_looked_up(purchase, name, told):
        until = stage.faults.after(shop, now, ASKED_WITHIN)
    purchase.unsure_until = max(purchase.unsure_until, until)
