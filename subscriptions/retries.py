"""Follow Razorpay's own re-attempts of a subscription's charge, and write them into the ledger.

Razorpay charges a failed cycle again on T+1, T+2 and T+3; no API can do it, and charging the token
would debit twice. Slot n is attempt n+1, its date the charge_at that attempt n named.
Source: https://razorpay.com/docs/payments/subscriptions/payment-retries/
"""

from __future__ import annotations

from datetime import datetime

from orders import retries
from orders.causes import at, is_news
from orders.retries import DELAY, REATTEMPTS, Ending, MadeBy, Slot, State
from subscriptions.models import Cycle, Subscription
from subscriptions.periods import Period


def plan_follow(subscription: Subscription, cycles: list[Period]) -> None:
    """Write the ledger of every cycle that has a failed attempt."""
    for period in cycles:
        if period.cycle.attempts:
            slots = slots_of(subscription, period)
            retries.write(subscription.order, period.cycle.start, slots)


def slots_of(subscription: Subscription, period: Period) -> list[Slot]:
    """Exactly three: those that were made have failed, the rest wait or were ended."""
    cycle = period.cycle
    made = max(int(number) for number in cycle.attempts)
    ending = ending_of(subscription, period)
    slots = []
    for n in range(1, REATTEMPTS + 1):
        due = due_at(cycle, n)
        if n < made:
            done = tried_at(cycle, n + 1)
            slots.append(Slot(n, due, State.FAILED, MadeBy.RAZORPAY, None, done, counted=True))
        else:
            rest = (ending.state, MadeBy.RAZORPAY, None, ending.done_at, ending.reason)
            slots.append(Slot(n, due, *rest))
    return slots


def tried_at(cycle: Cycle, number: int) -> datetime:
    """When an attempt was first told of; of one that was never told of, when a later one was."""
    later = [seen["at"] for key, seen in cycle.attempts.items() if int(key) >= number]
    return at(min(later))


def due_at(cycle: Cycle, n: int) -> datetime:
    """The date that attempt n named for the next one. Where that is not known yet, whole days from
    the nearest attempt that named a date, or from the first that is known at all."""
    told = {int(key): seen for key, seen in cycle.attempts.items()}
    named = {key: seen["next"][1] for key, seen in told.items() if seen.get("next", [0, 0])[1]}
    if named:
        nearest = max((key for key in named if key <= n), default=min(named))
        return at(named[nearest]) + (n - nearest) * DELAY
    first = min(told)
    return at(told[first]["at"]) + (n + 1 - first) * DELAY


def ending_of(subscription: Subscription, period: Period) -> Ending:
    """What became of the tries that were not made."""
    cycle = period.cycle
    if period.paid_at is not None:
        return Ending(State.CANCELLED, at(period.paid_at), "paid")
    if cycle.halted_at is not None:
        return Ending(State.CANCELLED, at(cycle.halted_at), "halted")
    if subscription.status in Subscription.FINAL:
        return Ending(State.CANCELLED, at(subscription.mark[1]), over_because(subscription))
    first = min(seen["at"] for seen in cycle.attempts.values())
    learnt = cycle.failure_learnt_at
    if learnt is not None and not is_news(at(first), learnt):
        return Ending(State.MISSED, learnt, "too_late")
    return Ending()


def over_because(subscription: Subscription) -> str:
    """Why a subscription that is over tries no more."""
    if subscription.status != Subscription.Status.CANCELLED:
        return "too_late"
    by_buyer = subscription.cancel_initiated_by == "customer" or buyer_told_us(subscription)
    return "cancelled_by_buyer" if by_buyer else "cancelled_by_seller"


def buyer_told_us(subscription: Subscription) -> bool:
    """A buyer's cancellation under "My purchases" reaches Razorpay in the seller's name."""
    told = subscription.instructions.filter(kind__in=("cancel", "cancel_at_end"))
    # Razorpay's answer is merged before the instruction is done.
    newest = told.exclude(state="refused").order_by("-pk").first()
    return newest is not None and newest.made_by == newest.MadeBy.BUYER
