"""Merge what snapshots say about billing periods, and what paid for them.

A cycle is paid by money alone: subscription.charged, or a paid invoice's billing period. The
`current_end` of any other event is the end of an unpaid cycle.
"""

from __future__ import annotations

from typing import Any

from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from orders import merging
from orders.causes import Cause
from orders.models import Payment
from subscriptions import tries
from subscriptions.models import Charge, Cycle, Invoice, Subscription

# How far an event's dates can be trusted for a period that is paid.
FROM_UNPAID, FROM_INVOICE, FROM_CHARGE = 0, 1, 2
PENDING, HALTED = "pending", "halted"


def of(subscription: Subscription, start: int) -> Cycle:
    """The row of one period, perhaps not saved yet."""
    found = Cycle.objects.filter(subscription=subscription, start=start).first()
    return found or Cycle(subscription=subscription, start=start)


def merge_charged(
    subscription: Subscription, entity: Entity, payment: Payment, delivery: Delivery
) -> Cycle | None:
    """subscription.charged: these dates were paid by this payment."""
    start = entity.get("current_start")
    if start is None:
        return None
    cycle, paying = of(subscription, start), delivery["payment"]
    with merging.saving(cycle):
        merge_dates(cycle, entity.get("current_end"), entity.get("plan_id"), FROM_CHARGE, delivery)
        if paying is not None:
            tie(cycle, paying.get("order_id"), paying.get("invoice_id"), delivery.as_of)
    Charge.objects.get_or_create(cycle=cycle, payment=payment, source=Charge.Source.CHARGED)
    return cycle


def merge_invoice(subscription: Subscription, entity: Entity, delivery: Delivery) -> None:
    """An invoice names its period. What pays for it is derived, in `pay_from_invoices`."""
    start = entity.get("billing_start")
    if start is None:
        return
    cycle = of(subscription, start)
    with merging.saving(cycle):
        merge_dates(cycle, entity.get("billing_end"), None, FROM_INVOICE, delivery)
        tie(cycle, entity.get("order_id"), entity.id, delivery.as_of)


def pay_from_invoices(subscription: Subscription, payments: list[Payment]) -> None:
    """A paid invoice pays its period, whichever of invoice, period and payment was told first."""
    known = {payment.razorpay_payment_id: payment.pk for payment in payments}
    wanted = {
        (invoice.billing_start, known[razorpay_id])
        for invoice in subscription.invoices.filter(status=Invoice.Status.PAID)
        for razorpay_id in invoice.payment_ids()
        if razorpay_id in known and invoice.billing_start is not None
    }
    charges = Charge.objects.filter(
        cycle__subscription=subscription, source=Charge.Source.INVOICE
    ).values_list("pk", "cycle__start", "payment_id")
    held = {(start, payment): pk for pk, start, payment in charges}
    if wanted == set(held):
        return
    Charge.objects.filter(pk__in=[pk for key, pk in held.items() if key not in wanted]).delete()
    cycles = dict(subscription.cycles.values_list("start", "pk"))
    Charge.objects.bulk_create(
        Charge(cycle_id=cycles[start], payment_id=payment, source=Charge.Source.INVOICE)
        for start, payment in sorted(wanted - set(held))
    )


def merge_failure(
    subscription: Subscription, entity: Entity, delivery: Delivery, cause: Cause
) -> Cycle | None:
    """subscription.pending and .halted: an automatic charge of this period failed. An answer that
    says so counts as well, if it says how often it was tried."""
    start, step = entity.get("current_start"), step_of(entity, delivery)
    if start is None or (is_answer(delivery) and not entity.get("auth_attempts")):
        return None
    cycle = of(subscription, start)
    with merging.saving(cycle):
        merge_dates(cycle, entity.get("current_end"), entity.get("plan_id"), FROM_UNPAID, delivery)
        merge_attempt(cycle, entity, delivery, step)
        cycle.failure_learnt_at = merging.earliest(cycle.failure_learnt_at, cause.learnt_at)
        if step == HALTED:
            cycle.halted_at = merging.earliest(cycle.halted_at, delivery.as_of)
    return cycle


def halt_of(cycle: Cycle, payments: list[Payment]) -> int:
    """When it halted. An answer's halt is dated by the moment of asking, which would make old news
    new: where the payments of all tries are known, the last of them tells."""
    number = max(map(int, cycle.attempts), default=0)
    is_asked = "asked" in cycle.attempts.get(str(number), {})
    failed = [p.failed_at for p in payments if p.failed_at and tries.is_of(cycle, p)]
    return max(failed) if is_asked and len(failed) >= number else cycle.halted_at or 0


def merge_dates(
    cycle: Cycle, end: int | None, plan_id: str | None, trust: int, delivery: Delivery
) -> None:
    """The period's end and plan, from the event that can be trusted most."""
    given: dict[str, Any] = {}
    if end is not None:
        given["end"] = end
    if plan_id is not None:
        given["razorpay_plan_id"] = plan_id
    mark = [trust, delivery.as_of, delivery.digest]
    merging.latest(cycle, given, ("end", "razorpay_plan_id"), mark)


def tie(cycle: Cycle, order_id: str | None, invoice_id: str | None, as_of: int) -> None:
    """Remember the Razorpay order and invoice of the period, so that later events find it."""
    ids = {"razorpay_order_id": order_id, "razorpay_invoice_id": invoice_id}
    merging.first(cycle, ids, ("razorpay_order_id", "razorpay_invoice_id"), as_of)


def is_answer(delivery: Delivery) -> bool:
    """What Razorpay's API said when it was asked."""
    return delivery.type == "subscription.fetched"


def step_of(entity: Entity, delivery: Delivery) -> str:
    """Of an answer: what its status says. Of an event: its name."""
    return str((is_answer(delivery) and entity.get("status")) or delivery.type.partition(".")[2])


def merge_attempt(cycle: Cycle, entity: Entity, delivery: Delivery, step: str) -> None:
    """Note the failed attempt by its number: when it was first told, what date it named next, and
    whether only answers told of it: then it was made some time before.

    A halt names no next try: its charge_at is the next period's.
    """
    number = str(max(1, entity.get("auth_attempts") or 1))
    seen = cycle.attempts.get(number, {})
    told = {**seen, "at": merging.earliest(seen.get("at"), delivery.as_of)}
    asked = is_answer(delivery) and (not seen or "asked" in seen)
    told = {key: value for key, value in told.items() if key != "asked"}
    if asked:
        told["asked"] = True
    if step == PENDING:
        charge_at = entity.get("charge_at")
        named = [delivery.as_of, charge_at] if charge_at else [0, 0]
        # The newest snapshot's date; of two in one second the later date.
        told["next"] = max(seen.get("next", named), named)
    cycle.attempts[number] = told
