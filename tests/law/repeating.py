"""What is told of a subscription and its cycles (spec.md 4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.law.facts import Entity, Fact
from tests.law.matching import Ties
from tests.law.shapes import OurOrder, Subscription

STANDS = ("authenticated", "active")
# What an event's dates are worth for a cycle: the charge that paid them, a bill, an unpaid try.
FROM_UNPAID, FROM_INVOICE, FROM_CHARGE = 0, 1, 2

Seen = Sequence[tuple[Fact, Entity]]


@dataclass
class Period:
    """What is known of one cycle while the facts are folded."""

    ends: list[tuple[int, int, str, int]] = field(default_factory=list)
    plans: list[tuple[int, int, str, str]] = field(default_factory=list)
    charged: set[str] = field(default_factory=set)
    invoiced: set[str] = field(default_factory=set)
    auth_attempts: int = 0
    failed: list[Fact] = field(default_factory=list)
    charge_at: tuple[int, int] = (0, 0)
    halted_at: list[int] = field(default_factory=list)

    @property
    def end(self) -> int | None:
        """The end that can be trusted most; of equal trust, the newest."""
        return max(self.ends)[-1] if self.ends else None

    @property
    def plan(self) -> str:
        """The plan that was charged, as told by what can be trusted most; a bill names none."""
        return max(self.plans)[-1] if self.plans else ""

    def told(self, trust: int, fact: Fact, end: Any, plan: Any = None) -> None:
        if end:
            self.ends.append((trust, fact.as_of, fact.digest, int(end)))
        if plan:
            self.plans.append((trust, fact.as_of, fact.digest, str(plan)))


Periods = dict[int, Period]


def periods_of(order: OurOrder, facts: Sequence[Fact], ties: Ties) -> Periods:
    """The cycles of one subscription, by their start: whatever is told of each, too old or not."""
    periods: Periods = {}
    for fact in facts:
        if ties.of(fact) is order:
            _told_by_subscription(periods, fact, order)
            _told_by_invoice(periods, fact)
    return periods


def _told_by_subscription(periods: Periods, fact: Fact, order: OurOrder) -> None:
    entity = fact.entity("subscription")
    start, step = entity.get("current_start"), fact.step
    if entity.get("id") != order.subscription_id or not start:
        return
    payer = str(fact.entity("payment").get("id") or "")
    if step == "charged" and payer:
        period = periods.setdefault(int(start), Period())
        period.charged.add(payer)
        period.told(FROM_CHARGE, fact, entity.get("current_end"), entity.get("plan_id"))
    if step in ("pending", "halted"):
        period = periods.setdefault(int(start), Period())
        period.told(FROM_UNPAID, fact, entity.get("current_end"), entity.get("plan_id"))
        _failed(period, fact, entity, step)


def _failed(period: Period, fact: Fact, entity: Entity, step: str) -> None:
    period.auth_attempts = max(period.auth_attempts, int(entity.get("auth_attempts") or 0), 1)
    period.failed.append(fact)
    if step == "halted":
        period.halted_at.append(fact.as_of)
    elif entity.get("charge_at"):
        period.charge_at = max(period.charge_at, (fact.as_of, int(entity["charge_at"])))


def _told_by_invoice(periods: Periods, fact: Fact) -> None:
    invoice = fact.entity("invoice")
    if not invoice.get("billing_start"):
        return
    period = periods.setdefault(int(invoice["billing_start"]), Period())
    period.told(FROM_INVOICE, fact, invoice.get("billing_end"))
    if invoice.get("status") == "paid" and invoice.get("payment_id"):
        period.invoiced.add(str(invoice["payment_id"]))


def payers(start: int, periods: Periods) -> set[str]:
    """Who pays a cycle: subscription.charged says it by itself, and more surely than a bill."""
    elsewhere = {key for other, p in periods.items() if other != start for key in p.charged}
    return periods[start].charged | (periods[start].invoiced - elsewhere)


def ranked(seen: Seen) -> list[Entity]:
    """The snapshots of a subscription, the greatest first."""
    return [entity for _, entity in sorted(seen, key=lambda pair: pair[0].mark, reverse=True)]


def row_of(order: OurOrder, seen: Seen) -> Subscription:
    """The row: the greatest snapshot's word, field by field; counters are the maximum."""
    snapshots = ranked(seen)
    return Subscription(
        status=winner(snapshots, "status", "created"),
        plan=winner(snapshots, "plan_id", order.plan),
        quantity=winner(snapshots, "quantity", None),
        charge_at=winner(snapshots, "charge_at", None),
        paid_count=max((int(e.get("paid_count") or 0) for e in snapshots), default=0),
    )


def winner(snapshots: Sequence[Entity], key: str, otherwise: Any) -> Any:
    """What the first of these snapshots that has the key says; null is an answer."""
    return next((entity[key] for entity in snapshots if key in entity), otherwise)


def resumptions(seen: Seen) -> Iterator[int]:
    """When it was resumed."""
    return (fact.as_of for fact, _ in seen if fact.step == "resumed")


def stood(seen: Seen) -> bool:
    """Whether its mandate ever stood."""
    return any(entity.get("status") in STANDS for _, entity in seen)


def first_charge_due(seen: Seen) -> int | None:
    """When the first charge is due; None before the subscription was activated."""
    snapshots = ranked(seen)
    start = winner(snapshots, "start_at", None) or winner(snapshots, "current_start", None)
    return int(start) if start else None
