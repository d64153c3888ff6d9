"""Looked at on every day: who may use what, and whether anything was forgotten."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from orders.models import Grant, Order, Reattempt
from tests.simulation import histories, model
from tests.simulation.cases import Purchase
from tests.simulation.clock import DAY, shown
from tests.simulation.judge import Judge
from tests.simulation.stage import Stage

# Both sides read the same seconds off the same events.
CLOSE = 2
NOTHING = False  # no grant at all; one without an end has None


def look(stage: Stage, judge: Judge) -> None:
    if stage.clock.behind:
        # Whoever's clock is wrong opens doors by that clock: nothing to compare with.
        return
    compare_access(stage, judge)
    look_for_forgotten(stage, judge)
    look_for_unbilled(stage, judge)


def compare_access(stage: Stage, judge: Judge) -> None:
    now = stage.clock.now
    ends = dict(Grant.objects.values_list("order_id", "ends_at"))
    paid = dict(Order.objects.values_list("pk", "subscription__paid_until"))
    for case in stage.cases:
        for purchase in case.purchases:
            if purchase.unsure_until >= now:
                judge.figures["access: not compared, news on its way"] += 1
                continue
            if purchase.was_paused:
                judge.figures["access: not compared, mandate was paused"] += 1
                continue
            given = ends.get(purchase.order_id, NOTHING)
            compare(judge, purchase, given, paid[purchase.order_id])


def compare(
    judge: Judge,
    purchase: Purchase,
    ends_at: datetime | bool | None,
    paid_until: datetime | None,
) -> None:
    now = judge.stage.clock.now
    if purchase.case.kind == "ask":
        wanted = model.access_once_paid(histories.moments(purchase, "payment.captured"), now)
        compare_once_paid(judge, purchase, wanted.allowed, ends_at)
        return
    history = histories.of(purchase)
    wanted = model.access(history, now)
    judge.figures["access: compared"] += 1
    ours = isinstance(ends_at, datetime) and ends_at > timezone.now()
    if ours and not wanted.allowed and is_yet_to_be_tried(judge, purchase, wanted.until or 0):
        judge.figures["access: grace until the charge is tried in vain"] += 1
    elif ours != wanted.allowed:
        judge.blame(
            "access",
            purchase,
            f"Raseed says {ours} (ends {ends_at}), the contract {wanted.allowed}"
            f" (until {shown(wanted.until or 0)}; {history})",
        )
    elif ours and not purchase.mandate_ended_at and differ(seconds(ends_at), wanted.until):
        judge.blame(
            "access until",
            purchase,
            f"Raseed says {ends_at}, the contract {shown(wanted.until or 0)} ({history})",
        )
    reached = seconds(paid_until)
    if differ(reached, wanted.paid_until):
        judge.blame(
            "paid until",
            purchase,
            f"Raseed says {shown(reached or 0)}, the contract {shown(wanted.paid_until or 0)}"
            f" ({history})",
        )


def is_yet_to_be_tried(judge: Judge, purchase: Purchase, until: int) -> bool:
    """Where no mandate is left, grace ends when the next charge is tried in vain, and not before:
    within a day in which Razorpay could be asked."""
    faults, shop = judge.stage.faults, purchase.case.shop.number
    ended = purchase.mandate_ended_at is not None
    return ended and judge.stage.clock.now <= faults.after(shop, until, DAY)


def compare_once_paid(
    judge: Judge, purchase: Purchase, allowed: bool, ends_at: datetime | None | bool
) -> None:
    """A grant without an end, or none."""
    judge.figures["access: compared"] += 1
    if allowed != (ends_at is None):
        judge.blame("access", purchase, f"Raseed says {ends_at}, the contract {allowed}")


def look_for_unbilled(stage: Stage, judge: Judge) -> None:
    """Where we charge: what was paid has run out more than a day ago, and nothing was tried."""
    now = stage.clock.now
    for case in stage.cases:
        for purchase in case.purchases:
            history = histories.of(purchase) if case.kind == "act" else None
            stopped = purchase.ended or purchase.mandate_ended_at or purchase.was_paused
            if history is None or stopped or not history.periods:
                continue
            paid_until = model.access(history, now).paid_until or 0
            since = max([paid_until, *purchase.resumed])
            limit = stage.faults.after(case.shop.number, since, DAY)
            tried = history.periods[-1].paid_at is None or history.periods[-1].start >= now
            if now > max(limit, purchase.unsure_until) and not tried:
                judge.blame("forgotten", purchase, f"nothing was tried since {shown(paid_until)}")


def seconds(moment: datetime | bool | None) -> int | None:
    return int(moment.timestamp()) if isinstance(moment, datetime) else None


def differ(ours: int | None, wanted: int | None) -> bool:
    return (ours is None) != (wanted is None) or abs((ours or 0) - (wanted or 0)) > CLOSE


def look_for_forgotten(stage: Stage, judge: Judge) -> None:
    """No open re-attempt is overdue by more than a day in which Razorpay could be asked."""
    now = stage.clock.now
    open_rows = Reattempt.objects.filter(
        state__in=["scheduled", "started", "unknown"], due_at__lt=timezone.now()
    ).values_list("order_id", "n", "due_at", "started_at", "state", "work_at", "looks")
    by_order = {p.order_id: p for case in stage.cases for p in case.purchases}
    for order_id, n, due_at, started_at, state, work_at, looks in open_rows:
        purchase = by_order[order_id]
        # One that waited while the seller paused is made later.
        due = max([int(max(due_at, started_at or due_at).timestamp()), *purchase.resumed])
        waits = 0 if state == "scheduled" else 3 * DAY  # a bank takes up to 36 h
        limit = stage.faults.after(purchase.case.shop.number, due, DAY + waits)
        if now > max(limit, purchase.unsure_until):
            judge.blame(
                "forgotten",
                purchase,
                f"re-attempt {n} was due {shown(due)} and is {state}"
                f" (looks {looks}, next {work_at})",
            )
        judge.figures["open re-attempts seen"] += 1
