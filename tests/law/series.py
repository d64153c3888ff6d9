"""The ledger of re-attempts (spec.md 6): of orders paid once, and of followed subscriptions."""

from collections.abc import Iterator, Sequence

from tests.law.facts import Fact
from tests.law.matching import Ties
from tests.law.money import snapshots
from tests.law.repeating import Period
from tests.law.shapes import DAY, Order, OurOrder, Slot

TRIES = 3
HOUR = 60 * 60
# No re-attempt starts for a fact older than this when first learnt.
TOO_OLD = 2 * DAY


def failures_of(order: OurOrder, facts: Sequence[Fact], ties: Ties) -> Iterator[tuple[int, int]]:
    """When each payment of an order failed, and when we first learnt it."""
    for key, seen in snapshots(facts, "payment").items():
        failed = [fact for fact, entity in seen if entity.get("status") == "failed"]
        if failed and ties.owner([key]) is order:
            dated = [fact.as_of for fact in failed if fact.is_dated]
            when = min(dated or [fact.as_of for fact in failed])
            yield when, min(fact.learnt for fact in failed)


def asked(
    order: OurOrder, became: Order, failures: Sequence[tuple[int, int]], elsewhere: Sequence[int]
) -> dict[int, Slot]:
    """The series of an order paid once: three slots a day apart, from the earliest failure.

    `elsewhere`: until when each other order of the buyer for the same product stood paid.
    """
    if not failures:
        return {}
    first, learnt = min(failures)
    state = "missed" if learnt - first > TOO_OLD else "scheduled"
    paid = became.amount_paid >= order.amount or any(until >= first for until in elsewhere)
    if paid or became.status == "expired":
        state = "cancelled"
    return {n: Slot(state, first + n * DAY) for n in range(1, TRIES + 1)}


def followed(period: Period, paid_at: int | None, over: bool) -> dict[int, Slot]:
    """The series of a cycle that Razorpay re-attempts: slot n is its attempt n + 1.

    `over`: the subscription ended, or a later cycle is charged: nobody tries this one any more.
    """
    if not period.failed:
        return {}
    first = min(fact.as_of for fact in period.failed)
    learnt = min(fact.learnt for fact in period.failed)
    rest = "missed" if learnt - first > TOO_OLD else "scheduled"
    if paid_at is not None or period.halted_at or over:
        rest = "cancelled"
    slots = {}
    for n in range(1, TRIES + 1):
        slots[n] = Slot("failed" if n < period.auth_attempts else rest)
    _, next_date = period.charge_at
    n = period.auth_attempts
    if next_date and n in slots and not period.halted_at:
        slots[n].due = next_date
        if paid_at is not None and next_date <= paid_at <= next_date + HOUR:
            slots[n].state = "succeeded"
    return slots
