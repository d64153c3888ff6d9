"""What a subscription gives: what was paid for stays until its end; while an unpaid cycle is being
re-attempted there is grace, then it stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from orders import ending
from orders.access import form_access_ends, resources_of
from orders.causes import at
from orders.covers import Cover
from orders.models import Price, Resource
from orders.models.grants import Because
from subscriptions import periods as periods_
from subscriptions.models import Plan, Subscription
from subscriptions.periods import Period

GRACE = timedelta(days=7)

Status = Subscription.Status
IN_GRACE = {Status.AUTHENTICATED, Status.ACTIVE, Status.PENDING}
# Nothing was charged yet, and the buyer has not given up.
WAITING = {Status.CREATED, Status.AUTHENTICATED}
OVER_BECAUSE = {
    Status.HALTED: Because.SUSPENDED,
    Status.ACTIVE: Because.SUSPENDED,
    Status.PENDING: Because.SUSPENDED,
    Status.AUTHENTICATED: Because.SUSPENDED,
}


@dataclass(frozen=True)
class Reach:
    """How far a subscription reaches. `starts_at` None: nothing was ever covered.

    `access_until` is the rule's end; `ends_at` differs where grace was cut short: then access had
    gone on beyond what was paid, and ended at that moment.
    """

    starts_at: datetime | None
    paid_until: datetime | None
    access_until: datetime | None
    ends_at: datetime | None
    because: Because
    ended_because: Because


def reach(subscription: Subscription, cycles: list[Period]) -> Reach:
    """Derive it from the row and its cycles."""
    paid = [cycle for cycle in cycles if cycle.is_paid]
    if is_paid_off(subscription, paid):
        starts_at = began(subscription, cycles)
        return Reach(starts_at, None, None, None, Because.PAID, Because.PERIOD_OVER)
    covered, because = covered_until(subscription, cycles, paid)
    ended_because = ended(subscription, cycles, covered)
    if covered is None:
        return Reach(None, None, None, None, because, ended_because)
    until = covered
    ends_at = covered
    if earns_grace(subscription, cycles, covered):
        # A changed method makes it active again; after a halt access returns by money alone.
        in_grace = subscription.status in IN_GRACE and not periods_.is_suspended(cycles)
        until = covered + GRACE if in_grace else covered
        ends_at = until if in_grace else cut_short(subscription, cycles, covered)
    starts_at = began(subscription, cycles)
    return Reach(starts_at, covered, until, ends_at, because, ended_because)


def is_paid_off(subscription: Subscription, paid: list[Period]) -> bool:
    """An instalment plan of which every cycle is paid: what was bought stays."""
    price = subscription.order.price
    return (
        price.kind == Price.Kind.INSTALMENTS
        and price.total_count is not None
        and len(paid) >= price.total_count
    )


def covered_until(
    subscription: Subscription, cycles: list[Period], paid: list[Period]
) -> tuple[datetime | None, Because]:
    """The latest end of what is paid, or of the trial; before the first charge, its due date."""
    if paid:
        return at(max(periods_.paid_until(cycle, cycles) for cycle in paid)), Because.PAID
    if subscription.authenticated_at is None and subscription.status not in OVER_BECAUSE:
        return None, Because.PAID
    start = subscription.start_at or subscription.current_start
    if subscription.order.price.trial_days:
        return (at(start) if start else None), Because.TRIAL
    refunded = [cycle.returned_at for cycle in cycles if cycle.was_refunded]
    if refunded:
        return at(max(moment or 0 for moment in refunded)), Because.PAID
    if subscription.status == Status.AUTHENTICATED or not start:
        return None, Because.PAID
    return at(start), Because.PAID


def earns_grace(subscription: Subscription, cycles: list[Period], covered: datetime) -> bool:
    """Grace is for a charge that is due and being tried: not after a pause that outlasted what was
    paid, not at the end that a cancellation named, and not for a charge that was given back."""
    if resumed_beyond(subscription, covered):
        return False
    end = ending.of(subscription)
    if end is not None and covered >= end:
        return False
    return not any(cycle.was_refunded and at(cycle.end) > covered for cycle in cycles)


def resumed_beyond(subscription: Subscription, covered: datetime | None) -> bool:
    """A pause outlasted what was paid: access waits for the next charge."""
    resumed = subscription.resumed_at
    return resumed is not None and (covered is None or at(resumed) > covered)


def cut_short(subscription: Subscription, cycles: list[Period], covered: datetime) -> datetime:
    """When grace ended: with the halt, the pause or the cancellation, but not before what was paid
    and not after seven days."""
    halts = [at(c.cycle.halted_at) for c in cycles if c.cycle.halted_at and c.paid_at is None]
    last_told = at(subscription.mark[1] if subscription.mark else 0)
    moment = min((halt for halt in halts if halt >= covered), default=last_told)
    return min(max(moment, covered), covered + GRACE)


def ended(subscription: Subscription, cycles: list[Period], covered: datetime | None) -> Because:
    """What will be said once it is over."""
    if cycles and cycles[-1].was_refunded:
        return Because.REFUNDED
    if subscription.status == Status.ACTIVE and resumed_beyond(subscription, covered):
        return Because.PERIOD_OVER
    return OVER_BECAUSE.get(Status(subscription.status), Because.PERIOD_OVER)


def began(subscription: Subscription, cycles: list[Period]) -> datetime:
    """When the first of it was given."""
    moments = [cycle.paid_at for cycle in cycles if cycle.paid_at is not None]
    if subscription.authenticated_at is not None and subscription.order.price.trial_days:
        moments.append(subscription.authenticated_at)
    known = moments or [subscription.authenticated_at or subscription.start_at or 0]
    return at(min(known))


def covers(subscription: Subscription, cycles: list[Period], reached: Reach) -> list[Cover]:
    """One cover per resource: of the plan in force, and of larger plans to the end of what they
    were paid for."""
    order = subscription.order
    if reached.starts_at is None:
        if order.access_on_form and subscription.status in WAITING:
            ends = form_access_ends(order)
            return [
                Cover(resource, order.created_at, ends, ends, Because.FORM_SENT, Because.NOT_PAID)
                for resource in resources_of(order.product, order.created_at)
            ]
        return []
    in_force = resources_in_force(subscription, cycles)
    given = [
        Cover(
            resource,
            reached.starts_at,
            reached.paid_until,
            reached.ends_at,
            reached.because,
            reached.ended_because,
        )
        for resource in in_force
    ]
    return [*given, *left_over(subscription, cycles, reached, in_force)]


def left_over(
    subscription: Subscription, cycles: list[Period], reached: Reach, in_force: list[Resource]
) -> Iterator[Cover]:
    """A downgrade keeps the larger plan to the end of what was paid for it."""
    if reached.starts_at is None:
        return
    plans: dict[str, int] = {}
    for cycle in cycles:
        if cycle.is_paid:
            plan_id = cycle.cycle.razorpay_plan_id
            plans[plan_id] = max(plans.get(plan_id, 0), periods_.paid_until(cycle, cycles))
    plans.pop(subscription.razorpay_plan_id, None)
    ends: dict[Resource, int] = {}
    for plan_id, until in plans.items():
        for resource in resources_of_plan(subscription, plan_id) or []:
            ends[resource] = max(until, ends.get(resource, 0))
    for resource, end in ends.items():
        if resource not in in_force:
            over = at(end)
            yield Cover(resource, reached.starts_at, over, over, Because.PAID, Because.PERIOD_OVER)


def resources_in_force(subscription: Subscription, cycles: list[Period]) -> list[Resource]:
    """What the plan in force unlocks; while it is unknown, what the last known one did."""
    named = [subscription.razorpay_plan_id]
    named += [cycle.cycle.razorpay_plan_id for cycle in reversed(cycles) if cycle.is_paid]
    for plan_id in named:
        found = resources_of_plan(subscription, plan_id)
        if found is not None:
            return found
    return resources_of(subscription.order.product, subscription.order.created_at)


def resources_of_plan(subscription: Subscription, plan_id: str) -> list[Resource] | None:
    """The resources of a plan's product, None for a plan that is not known."""
    if plan_id == (subscription.plan.razorpay_plan_id or ""):
        return resources_of(subscription.order.product, subscription.order.created_at)
    plan = (
        Plan.objects.filter(gateway=subscription.gateway_id, razorpay_plan_id=plan_id)
        .select_related("price__product")
        .first()
    )
    bought_at = subscription.order.created_at
    return resources_of(plan.price.product, bought_at) if plan else None
