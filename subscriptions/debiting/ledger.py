"""The ledger of a bill that was not paid at the first try: three re-attempts, whatever they become,
and the tries of others on its order, which are shown and not counted."""

from __future__ import annotations

from collections.abc import Iterator

from orders import retries
from orders.causes import at
from orders.models import Payment
from orders.retries import DELAY, REATTEMPTS, Ending, MadeBy, Slot, State
from subscriptions.debiting import tries
from subscriptions.debiting.series import Series
from subscriptions.debiting.standing import Standing
from subscriptions.models import Subscription
from subscriptions.retries import over_because

NOT_PAID = "not_paid"
HALTED = "halted"
PAUSED = "paused"


def write(subscription: Subscription, standing: Standing) -> None:
    """Of every bill that has failed. The order is locked, the subscription's columns are set."""
    for series in standing.series:
        slots = list(slots_of(subscription, standing, series))
        if slots or series.first_failure is not None:
            retries.write(subscription.order, series.start, slots)


def slots_of(subscription: Subscription, standing: Standing, series: Series) -> Iterator[Slot]:
    if series.first_failure is not None:
        ending, dues = ending_of(subscription, standing, series), series.dues()
        for n in range(1, REATTEMPTS + 1):
            made = series.tries.get(n)
            if made is not None:
                done = at(made.ended_at) if made.ended_at is not None else None
                reason = "" if made.state == State.SUCCEEDED else made.reason[:64]
                yield Slot(
                    n, dues[n], made.state, MadeBy.RASEED, None, done, reason,
                    made.counted, made.debit.started_at,
                )  # fmt: skip
            elif n in series.asked:
                yield asked(series, n)
            else:
                yield to_come(series, n, ending)
    for payment in by_others(series):
        yield by_buyer(payment)


def asked(series: Series, n: int) -> Slot:
    """The buyer was asked to pay, for Razorpay takes no more debits of this order: it has a day."""
    began, paid_at = series.asked[n], series.paid_at
    due, started = series.dues()[n], at(began)
    state, done_at, reason = State.STARTED, None, ""
    if paid_at is not None and at(paid_at) < started + DELAY:
        state, done_at = State.SUCCEEDED, at(paid_at)
    elif series.is_asked_out(n):
        state, done_at, reason = State.FAILED, started + DELAY, NOT_PAID
    counted = state != State.STARTED
    return Slot(n, due, state, MadeBy.RASEED, None, done_at, reason, counted, started)


def to_come(series: Series, n: int, ending: Ending) -> Slot:
    """A try that was not made, or not yet: then why, if its call was refused for now."""
    refused = [one for one in tries.refusals_for_now(series.bill.debits.all()) if one.n == n]
    begun = refused[-1] if refused else None
    reason = ending.reason or (begun.reason if begun else "")
    started_at = begun.started_at if begun else None
    rest = (ending.state, MadeBy.RASEED, None, ending.done_at, reason, False, started_at)
    return Slot(n, series.dues()[n], *rest)


def ending_of(subscription: Subscription, standing: Standing, series: Series) -> Ending:
    """What became of the tries that were not made: what came first."""
    over, told = series.over, standing.told
    ends = []
    if series.paid_at is not None:
        ends.append((series.paid_at, State.CANCELLED, "paid"))
    if series.superseded_at is not None:  # a new mandate was given: the older bill stays open
        ends.append((series.superseded_at, State.CANCELLED, "paid"))
    if over is not None:
        state = State.MISSED if over.is_missed else State.CANCELLED
        ends.append((over.at, state, over.reason or HALTED))
    if told.cancelled_at is not None:
        ends.append((told.cancelled_at, State.CANCELLED, over_because(subscription)))
    if not ends and told.paused_at is not None:
        ends.append((told.paused_at, State.CANCELLED, PAUSED))
    if not ends:
        return Ending()
    moment, state, reason = min(ends, key=lambda end: end[0])
    return Ending(state, at(moment), reason[:64])


def by_others(series: Series) -> Iterator[Payment]:
    """Payments of the bill's order that failed and are no debits of ours."""
    ours = {made.payment.pk for made in series.tries.values() if made.payment is not None}
    for payment in series.payments:
        if payment.pk not in ours and payment.failed_at is not None and not payment.captured:
            yield payment


def by_buyer(payment: Payment) -> Slot:
    """Somebody paid by hand: shown, not counted, moves no date."""
    when = at(payment.failed_at or 0)
    reason = payment.error_reason or ""
    return Slot(None, when, State.FAILED, MadeBy.BUYER, payment.pk, when, reason[:64])
