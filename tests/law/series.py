"""The ledger of re-attempts (spec.md 6): of orders paid once, and of followed subscriptions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.law.facts import Fact
from tests.law.matching import Ties
from tests.law.money import snapshots
from tests.law.repeating import Period
from tests.law.shapes import DAY, Order, OurOrder, Payment, Slot

TRIES = 3
HOUR = 60 * 60
# No re-attempt starts for a fact older than this when first learnt.
TOO_OLD = 2 * DAY
# Why a try is not made.
PAID, TOO_LATE = "paid", "too_late"


@dataclass(frozen=True)
class Failure:
    """A payment that failed: when, when we first learnt it, and why, where all say the same."""

    at: int
    payment: str
    learnt: int
    reason: str | None


def failures_of(order: OurOrder, facts: Sequence[Fact], ties: Ties) -> list[Failure]:
    """The payments of an order that failed, earliest first."""
    found = []
    for key, seen in snapshots(facts, "payment").items():
        failed = [(fact, entity) for fact, entity in seen if entity.get("status") == "failed"]
        if failed and ties.owner([key]) is order:
            dated = [fact.as_of for fact, _ in failed if fact.is_dated]
            when = min(dated or [fact.as_of for fact, _ in failed])
            why = {str(entity.get("error_reason") or "") for _, entity in failed}
            learnt = min(fact.learnt for fact, _ in failed)
            found.append(Failure(when, key, learnt, why.pop() if len(why) == 1 else None))
    return sorted(found, key=lambda one: (one.at, one.payment))


def asked(
    order: OurOrder, became: Order, failures: Sequence[Failure], elsewhere: Sequence[int]
) -> dict[int, Slot]:
    """The series of an order paid once: three slots a day apart, from the earliest failure.

    `elsewhere`: until when each other order of the buyer for the same product stood paid.
    """
    if not failures:
        return {}
    first = failures[0]
    is_old = first.learnt - first.at > TOO_OLD
    state, reason = ("missed", TOO_LATE) if is_old else ("scheduled", "")
    paid = became.amount_paid >= order.amount or any(until >= first.at for until in elsewhere)
    expired = became.status == "expired"
    if paid or expired:
        state, reason = "cancelled", PAID if paid else TOO_LATE
    said = None if paid and expired else reason  # whichever came first
    return {n: Slot(state, first.at + n * DAY, "raseed", reason=said) for n in range(1, TRIES + 1)}


def further(
    failures: Sequence[Failure], payments: Mapping[str, Payment]
) -> Iterator[tuple[str, Slot]]:
    """Later failures join the series: the buyer's tries, which are shown and do not count. What was
    captured after all did not fail."""
    for one in failures[1:]:
        if not payments[one.payment].captured:
            yield one.payment, Slot("failed", one.at, "buyer", reason=one.reason)


def followed(period: Period, paid_at: int | None, over: bool) -> dict[int, Slot]:
    """The series of a cycle that Razorpay re-attempts: slot n is its attempt n + 1.

    `over`: the subscription ended, or a later cycle is charged: nobody tries this one any more.
    """
    if not period.failed:
        return {}
    first = min(fact.as_of for fact in period.failed)
    learnt = min(fact.learnt for fact in period.failed)
    rest: tuple[str, str | None] = ("scheduled", "")
    if paid_at is not None:
        rest = ("cancelled", PAID)
    elif period.halted_at or over:
        rest = ("cancelled", None)
    elif learnt - first > TOO_OLD:
        rest = ("missed", TOO_LATE)
    slots = {}
    for n in range(1, TRIES + 1):
        state, reason = ("failed", None) if n < period.auth_attempts else rest
        slots[n] = Slot(state, None, "razorpay", state == "failed", reason)
    _, next_date = period.charge_at
    n = period.auth_attempts
    if next_date and n in slots and not period.halted_at:
        slots[n].due = next_date
        if paid_at is not None and next_date <= paid_at <= next_date + HOUR:
            slots[n] = Slot("succeeded", next_date, "razorpay", counted=True, reason="")
    return slots
