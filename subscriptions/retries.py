"""Follow Razorpay's own re-attempts of a subscription's charge, and write them into the ledger.

Razorpay charges a failed cycle again on T+1, T+2 and T+3; no API can do it, and charging the token
would debit twice. Slot n is attempt n+1, its date the charge_at that attempt n named.
Source: https://razorpay.com/docs/payments/subscriptions/payment-retries/
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Min

from orders import mails, retries
from orders.causes import at, is_news
from orders.mails import Letter
from orders.models import Payment, Reattempt
from orders.retries import DELAY, REATTEMPTS, Ending, MadeBy, Slot, State
from subscriptions import tries
from subscriptions.models import Charge, Cycle, Invoice, Subscription
from subscriptions.periods import Period
from subscriptions.tries import HOUR, Tries

# Razorpay's lists lag by minutes.
SOON = timedelta(minutes=5)


def plan_follow(subscription: Subscription, cycles: list[Period], payments: list[Payment]) -> None:
    """Write the ledger of every cycle that has a failed attempt. What Raseed charges itself has a
    ledger of its own."""
    if subscription.is_ours_to_charge:
        return
    for period in cycles:
        if period.cycle.attempts and was_tried(period, cycles):
            slots = slots_of(subscription, period, cycles, payments)
            retries.write(subscription.order, period.cycle.start, slots)
        elif period.cycle.attempts:
            subscription.order.reattempts.filter(cycle=period.cycle.start).delete()


def was_tried(period: Period, cycles: list[Period]) -> bool:
    """A halted subscription that is asked about in a later period is halted still: of that period
    nothing was tried, unless money had come in between."""
    told = period.cycle.attempts.values()
    if not told or any("asked" not in seen or "next" in seen for seen in told):
        return True
    asked = min(seen["at"] for seen in told)
    before = [p.cycle.halted_at for p in cycles if p.cycle.start < period.cycle.start]
    last = max((halt for halt in before if halt is not None), default=None)
    return last is None or any(p.paid_at and last <= p.paid_at <= asked for p in cycles)


def slots_of(
    subscription: Subscription, period: Period, cycles: list[Period], payments: list[Payment]
) -> Iterator[Slot]:
    """Exactly three: those that were made have failed, the rest wait or were ended; and what
    somebody tried by hand."""
    cycle = period.cycle
    made = max(int(number) for number in cycle.attempts)
    dates = {1: cycle.start} | {n + 1: stamp(due_at(cycle, n)) for n in range(1, REATTEMPTS + 1)}
    found = tries.of(cycle, payments, dates)
    payer = payer_of(period)
    won = won_by(period, payer, found, made, dates) if payer else None
    ending = ending_of(subscription, period, cycles)
    for n in range(1, REATTEMPTS + 1):
        due = due_at(cycle, n)
        if n == won:
            done = at(period.paid_at or 0)
            yield Slot(n, due, State.SUCCEEDED, MadeBy.RAZORPAY, None, done, counted=True)
        elif n < made:
            done, reason = tried_at(cycle, n + 1), found.reason(n + 1)
            yield Slot(n, due, State.FAILED, MadeBy.RAZORPAY, None, done, reason, counted=True)
        else:
            rest = (ending.state, MadeBy.RAZORPAY, None, ending.done_at, ending.reason)
            yield Slot(n, due, *rest, look_at=look_at(cycle, due) if n == made else None)
    since = dates.get(made + 1)
    for payment in found.others():
        when = payment.failed_at or 0
        yield by_hand(cycle, payment, State.FAILED, when, since)
    if payer is not None and won is None:
        yield by_hand(cycle, payer, State.SUCCEEDED, period.paid_at or 0, since)


def payer_of(period: Period) -> Payment | None:
    """The payment that paid a cycle after it had failed."""
    first = min(seen["at"] for seen in period.cycle.attempts.values())
    if period.paid_at is None or period.paid_at < first:
        return None
    charges = (charge.payment for charge in period.cycle.charges.all())
    paid = [p for p in charges if p.captured and (p.captured_at or 0) == period.paid_at]
    return min(paid, key=lambda p: p.razorpay_payment_id, default=None)


def won_by(
    period: Period, payer: Payment, found: Tries, made: int, dates: dict[int, int]
) -> int | None:
    """The slot whose try paid: its own payment, late, or one in the hour that Razorpay had named.
    0 for the first try of all; None where that cannot be told."""
    number = found.attempt_of(payer)
    if number is not None:
        return number - 1
    paid_at = period.paid_at or 0
    for n in range(made, REATTEMPTS + 1):
        if dates[n + 1] <= paid_at <= dates[n + 1] + HOUR:
            return n
    return None


def by_hand(
    cycle: Cycle, payment: Payment, state: Reattempt.State, when: int, since: int | None
) -> Slot:
    """A try that belongs to no attempt: shown, not counted, moves no date. `since` is when Razorpay
    may have tried without having told of it."""
    stopped = cycle.halted_at is not None and when >= cycle.halted_at
    is_razorpays_day = since is not None and when >= since and not stopped
    whose = tries.by_whom(payment, is_razorpays_day=is_razorpays_day)
    reason = (payment.error_reason or "") if state == State.FAILED else ""
    return Slot(None, at(when), state, whose, payment.pk, at(when), reason)


def good_news(subscription: Subscription, cycles: list[Period]) -> Iterator[Letter]:
    """To the seller, once both a failure and money for it are known, whichever came first. When it
    came is Razorpay's fact, also where its payment is not known yet: our clock would make old news
    new. Whether it is worth a mail is asked when it is sent: `orders.recovering.recovered`."""
    failed = [period for period in cycles if period.cycle.attempts]
    if not failed:
        return
    paid = subscription.invoices.filter(status=Invoice.Status.PAID)
    paid_for = dict(paid.values_list("billing_start").annotate(Min("paid_at")))
    for period in failed:
        charges = period.cycle.charges.all()
        # A charge that is derived from an invoice may move; the invoice itself stays paid.
        told = [c for c in charges if c.source != Charge.Source.INVOICE and c.payment.captured]
        if told or period.cycle.start in paid_for:
            came_at = period.paid_at or paid_for.get(period.cycle.start) or last_failure(period)
            yield mails.recovered(period.cycle.start, at(came_at))


def last_failure(period: Period) -> int:
    """Of a cycle whose money is known to have come after it, and nobody told when."""
    return int(max(seen["at"] for seen in period.cycle.attempts.values()))


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def look_at(cycle: Cycle, due: datetime) -> datetime | None:
    """Soon after a failure, where the period's invoice is not known: a failed payment names nothing
    else, so until then nobody can say why it failed."""
    if cycle.razorpay_order_id:
        return None
    return min(due, at(max(seen["at"] for seen in cycle.attempts.values())) + SOON)


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


def ending_of(subscription: Subscription, period: Period, cycles: list[Period]) -> Ending:
    """What became of the tries that were not made."""
    cycle = period.cycle
    if period.paid_at is not None:
        return Ending(State.CANCELLED, at(period.paid_at), "paid")
    if cycle.halted_at is not None:
        return Ending(State.CANCELLED, at(cycle.halted_at), "halted")
    if subscription.status in Subscription.FINAL:
        return Ending(State.CANCELLED, at(subscription.mark[1]), over_because(subscription))
    gone_on_at = went_on_at(period, cycles)
    if gone_on_at is not None:
        return Ending(State.CANCELLED, at(gone_on_at), "too_late")
    first = min(seen["at"] for seen in cycle.attempts.values())
    learnt = cycle.failure_learnt_at
    if learnt is not None and not is_news(at(first), learnt):
        return Ending(State.MISSED, learnt, "too_late")
    return Ending()


def went_on_at(period: Period, cycles: list[Period]) -> int | None:
    """When Razorpay charged a later period: it tries the newest one alone."""
    later = [p for p in cycles if p.cycle.start > period.cycle.start]
    tried = [seen["at"] for p in later for seen in p.cycle.attempts.values()]
    return min([*tried, *(p.paid_at for p in later if p.paid_at is not None)], default=None)


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
