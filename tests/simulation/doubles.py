"""The bars, by the sandbox's own books: nobody is charged twice, nor too often, nor too soon."""

from __future__ import annotations

from collections import defaultdict

from sandbox.books import Doc
from tests.simulation import histories
from tests.simulation.cases import Purchase
from tests.simulation.clock import DAY, shown
from tests.simulation.judge import Judge
from tests.simulation.model import REATTEMPTS
from tests.simulation.stage import Stage

# A period begins with a second, a task with a minute.
SLACK = 60


def look(stage: Stage, judge: Judge, purchase: Purchase, payments: list[Doc]) -> None:
    by_order: dict[str, list[Doc]] = defaultdict(list)
    for payment in payments:
        by_order[payment["order_id"]].append(payment)
    for order_id, tries in by_order.items():
        captured = [doc["id"] for doc in tries if doc["captured"]]
        judge.figures["orders at Razorpay"] += 1
        judge.figures["double charges"] += max(0, len(captured) - 1)
        if len(captured) > 1:
            judge.blame("charged twice", purchase, f"{order_id} took {captured}")
    if purchase.case.kind == "act":
        for order_id, tries in by_order.items():
            look_at_debits(judge, purchase, order_id, tries)
        look_at_periods(judge, purchase)


def look_at_debits(judge: Judge, purchase: Purchase, order_id: str, tries: list[Doc]) -> None:
    """Not more than the first and three, not two within a day."""
    made = sorted(doc["created_at"] for doc in tries if is_debit(doc))
    judge.figures["debits by us"] += len(made)
    if len(made) > 1 + REATTEMPTS:
        judge.blame("more than three", purchase, f"{order_id}: {[shown(at) for at in made]}")
    for before, after in zip(made, made[1:], strict=False):
        if after - before < DAY:
            judge.blame(
                "two in one day", purchase, f"{order_id}: {shown(before)} and {shown(after)}"
            )


def look_at_periods(judge: Judge, purchase: Purchase) -> None:
    """No debit is made for what is paid already: each order pays a period of its own, and none
    before that begins."""
    periods = histories.of(purchase).periods
    bills = histories.begun(purchase).values()
    for bill, period in zip(bills, periods, strict=True):
        early = [t for t in bill.debits if t.made_at < period.start - SLACK]
        if early:
            judge.figures["double charges"] += sum(t.captured for t in early)
            judge.blame(
                "debited too early",
                purchase,
                f"at {shown(early[0].made_at)} for the period from {shown(period.start)}",
            )


def is_debit(doc: Doc) -> bool:
    return isinstance(doc["notes"], dict) and "raseed_debit" in doc["notes"]
