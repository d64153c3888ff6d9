"""Write what follows from the bills, debits and payments of a subscription that Raseed charges: its
periods as Razorpay's subscriptions have them, what paid for each, and its own columns."""

from __future__ import annotations

from typing import Any

from orders import merging
from orders.causes import Cause
from orders.models import Payment
from subscriptions.debiting import standing as standing_
from subscriptions.debiting import tries
from subscriptions.debiting.series import Series
from subscriptions.debiting.standing import Standing
from subscriptions.debiting.tries import Try
from subscriptions.models import Charge, Cycle, Debit, Subscription


def derive(subscription: Subscription, payments: list[Payment], cause: Cause) -> Standing:
    """Write what follows from the rows: bills' periods, cycles, charges, the subscription. The
    order is locked."""
    standing = standing_.of(subscription, payments)
    cycles = {cycle.start: cycle for cycle in subscription.cycles.prefetch_related("charges")}
    # A first bill's period moves, when an earlier word of its payment comes.
    moved = cycles.keys() - {series.start for series in standing.series}
    if moved:
        subscription.cycles.filter(start__in=moved).delete()
    begun = [series.bill.pk for series in standing.series]
    # Nor has one a period whose money was given back before it.
    subscription.bills.filter(authorises=True).exclude(pk__in=begun).update(
        start=None, end=None, anchor=None, step=0
    )
    for series in standing.series:
        begin(series)
        cycle = cycles.get(series.start) or Cycle(subscription=subscription, start=series.start)
        keep_cycle(series, cycle)
        keep_charges(series, cycle)
        for made in series.tries.values():
            learn(made, cause)
    with merging.saving(subscription):
        for name, value in facts(subscription, standing).items():
            setattr(subscription, name, value)
    return standing


def begin(series: Series) -> None:
    bill = series.bill
    with merging.saving(bill):
        bill.start, bill.end = series.start, series.end
        bill.anchor, bill.step = series.anchor, series.step


def keep_cycle(series: Series, cycle: Cycle) -> None:
    """The bill's period, as Razorpay's subscriptions have it."""
    learnt = [p.failure_learnt_at for p in series.payments if p.failure_learnt_at is not None]
    over = series.over
    with merging.saving(cycle):
        cycle.end, cycle.razorpay_order_id = series.end, series.bill.razorpay_order_id or ""
        cycle.attempts = attempts(series)
        cycle.halted_at = over.at if over else None
        cycle.failure_learnt_at = min(learnt, default=None) if cycle.attempts else None


def attempts(series: Series) -> dict[str, Any]:
    """The debits that failed, by their number from 1; with the next date where one follows."""
    found: dict[str, Any] = {}
    for n, made in sorted(series.tries.items()):
        if made.failed_at is None:
            continue
        found[str(n + 1)] = {"at": made.failed_at}
        over = series.over
        if n < tries.LAST and (over is None or over.at > made.failed_at):
            due = int(series.due(n + 1).timestamp())
            found[str(n + 1)]["next"] = [made.failed_at, due]
    return found


def learn(made: Try, cause: Cause) -> None:
    """A payment that bears a debit's note is its answer, whoever brings it first."""
    debit, payment = made.debit, made.payment
    if payment is None or debit.razorpay_payment_id:
        return
    with merging.saving(debit):
        debit.razorpay_payment_id = payment.razorpay_payment_id
        debit.answered_at = cause.learnt_at
        # One that was given up and was made after all, while another took its place, stays so.
        if debit.state in Debit.OPEN or not has_rival(debit):
            debit.state, debit.reason, debit.refusal = Debit.State.ACCEPTED, "", ""


def has_rival(debit: Debit) -> bool:
    others = Debit.objects.filter(bill=debit.bill_id, n=debit.n).exclude(pk=debit.pk)
    return others.exclude(state=Debit.State.REFUSED).exists()


def keep_charges(series: Series, cycle: Cycle) -> None:
    """What paid for the period: the captured payments of its bill, and no others."""
    paying = {payment.pk for payment in series.payments if payment.captured}
    held = {charge.payment_id: charge.pk for charge in cycle.charges.all()}
    gone = [pk for payment_id, pk in held.items() if payment_id not in paying]
    if gone:
        cycle.charges.filter(pk__in=gone).delete()
    for payment_id in sorted(paying - set(held)):
        Charge.objects.create(cycle=cycle, payment_id=payment_id, source=Charge.Source.BILL)


def facts(subscription: Subscription, standing: Standing) -> dict[str, Any]:
    """The subscription's columns."""
    newest, total = standing.newest, subscription.order.price.total_count or 0
    paid = standing_.paid_in_all(standing.series)
    final = standing.status in Subscription.FINAL
    tried = [made for made in newest.tries.values() if made.state != "refused"] if newest else []
    first = min((s.paid_at for s in standing.series if s.paid_at is not None), default=None)
    return {
        "status": standing.status,
        "mark": [int(final), standing.since],
        "total_count": total,
        "paid_count": paid,
        "remaining_count": max(0, total - paid),
        "auth_attempts": len(tried),
        "current_start": newest.start if newest else None,
        "current_end": newest.end if newest else None,
        "charge_at": standing.charge_at,
        "start_at": standing.series[0].start if newest else None,
        "ended_at": standing.since if final else None,
        "authenticated_at": first,
        "payment_method": method_of(standing),
        "resumptions": standing.told.resumptions,
    }


def method_of(standing: Standing) -> str | None:
    """How it was paid last."""
    paid = [p for series in standing.series for p in series.payments if p.captured]
    newest = max(paid, key=lambda p: (p.captured_at or 0, p.razorpay_payment_id), default=None)
    return newest.method if newest is not None else None
