"""What a seller changes about a running subscription: cancel, pause, resume, update."""

from sandbox import asked, billing, events
from sandbox.books import Doc, owner, public
from sandbox.refusals import Refused
from sandbox.world import World

UPDATES = (
    *("plan_id", "quantity", "remaining_count", "start_at", "schedule_change_at"),
    *("customer_notify", "offer_id"),
)


def cancel(world: World, subscription: Doc, *, at_cycle_end: bool = False) -> Doc:
    status = subscription["status"]
    if status in billing.OVER:
        text = f"Subscription is not cancellable in {status} status."
        raise Refused(text, field="status")
    if at_cycle_end and subscription["current_end"] is None:
        text = "Subscription cannot be cancelled since no billing cycle is going on"
        raise Refused(text, field="cancel_at_cycle_end")
    if at_cycle_end and subscription["current_end"] > world.now:
        subscription["_cancel_at_end"] = True
        return billing.save(world, subscription)
    subscription.update(status="cancelled", ended_at=world.now, charge_at=None)
    subscription.update(pause_initiated_by=None, cancel_initiated_by="self")
    billing.save(world, subscription)
    events.of_subscription(world, "subscription.cancelled", subscription)
    return subscription


def pause(world: World, subscription: Doc, *, at_cycle_end: bool = False) -> Doc:
    if subscription["status"] == "authenticated":
        # Documented: pausing before the first cycle cancels.
        return cancel(world, subscription)
    if subscription["status"] != "active":
        text = f"Subscription cannot be paused in {subscription['status']} status."
        raise Refused(text, field="status")
    if at_cycle_end and subscription["current_end"] > world.now:
        subscription["_pause_at_end"] = True
        return billing.save(world, subscription)
    subscription.update(status="paused", charge_at=None, paused_at=world.now)
    subscription.update(pause_initiated_by="self", cancel_initiated_by=None, _pause_at_end=False)
    billing.save(world, subscription)
    events.of_subscription(world, "subscription.paused", subscription)
    return subscription


def resume(world: World, subscription: Doc) -> Doc:
    if subscription["status"] != "paused":
        text = f"Subscription cannot be resumed in {subscription['status']} status."
        raise Refused(text, field="status")
    _skip_missed_cycles(world, subscription)
    subscription.update(status="active", pause_initiated_by=None)
    subscription.pop("paused_at", None)
    billing.save(world, subscription)
    events.of_subscription(world, "subscription.resumed", subscription)
    return subscription


def _skip_missed_cycles(world: World, subscription: Doc) -> None:
    """Cycles that began during the pause are lost; the next charge keeps the old calendar."""
    n = subscription["_cycle"]
    while (next_start := billing.cycle_start(world, subscription, n + 1)) <= world.now:
        n += 1
    n = min(n, subscription["total_count"] - 1)
    subscription.update(_cycle=n, charge_at=next_start)
    subscription["remaining_count"] = subscription["total_count"] - n - 1


def update(world: World, subscription: Doc, body: Doc) -> Doc:
    asked.only(body, *UPDATES)
    change = _change(world, subscription, body)
    when = asked.choice(body, "schedule_change_at", ["now", "cycle_end"], "now")
    if when == "cycle_end" and subscription["current_end"]:
        subscription.update(has_scheduled_changes=True, _scheduled=change)
        subscription["change_scheduled_at"] = subscription["current_end"]
        return billing.save(world, subscription)
    return apply(world, subscription, change)


def _change(world: World, subscription: Doc, body: Doc) -> Doc:
    if subscription["status"] not in ("authenticated", "active"):
        text = f"Subscription cannot be updated in {subscription['status']} status."
        raise Refused(text, field="status")
    if subscription.get("payment_method") == "upi":
        raise Refused("subscriptions cannot be updated when payment mode is UPI")
    change: Doc = {
        "plan_id": _new_plan(world, subscription, body),
        "quantity": asked.integer(body, "quantity", least=1, most=500),
        "remaining_count": asked.integer(body, "remaining_count", least=1, most=36_500),
        "start_at": _new_start(world, subscription, body),
        "offer_id": asked.text(body, "offer_id"),
    }
    if "customer_notify" in body:
        change["customer_notify"] = asked.flag(body, "customer_notify")
    change = {field: value for field, value in change.items() if value is not None}
    if not change:
        raise Refused("At least one field to be updated is required.")
    return change


def _new_plan(world: World, subscription: Doc, body: Doc) -> str | None:
    plan_id = asked.text(body, "plan_id")
    if plan_id is None:
        return None
    plan, old = world.books.get(plan_id), billing.plan_of(world, subscription)
    if plan is None or plan["entity"] != "plan" or owner(plan) != owner(subscription):
        raise Refused("The id provided does not exist", field="plan_id")
    if any(plan[field] != old[field] for field in ("period", "interval")):
        raise Refused("The sandbox keeps the period of a plan when it is changed.", field="plan_id")
    return plan_id


def _new_start(world: World, subscription: Doc, body: Doc) -> int | None:
    start_at = asked.integer(body, "start_at")
    if start_at is None:
        return None
    if subscription["status"] != "authenticated":
        raise Refused("start_at cannot be updated once the subscription is active.")
    if start_at <= world.now:
        raise Refused("start_at cannot be lesser than the current time.", field="start_at")
    return start_at


def apply(world: World, subscription: Doc, change: Doc) -> Doc:
    _put_in(world, subscription, change)
    subscription.update(has_scheduled_changes=False, change_scheduled_at=None, _scheduled=None)
    billing.save(world, subscription)
    events.of_subscription(world, "subscription.updated", subscription)
    return subscription


def _put_in(world: World, subscription: Doc, change: Doc) -> None:
    subscription.update(change)
    invoiced = subscription["_cycle"] + 1
    subscription["total_count"] = invoiced + subscription["remaining_count"]
    if "start_at" in change:
        subscription["charge_at"] = change["start_at"]
    billing.set_calendar(world, subscription)


def as_scheduled(world: World, subscription: Doc) -> Doc:
    if subscription["_scheduled"] is None:
        raise Refused("The subscription has no scheduled changes.")
    future = subscription | {}
    _put_in(world, future, subscription["_scheduled"])
    return public(future)


def unschedule(world: World, subscription: Doc) -> Doc:
    if subscription["_scheduled"] is None:
        raise Refused("The subscription has no scheduled changes.")
    subscription.update(has_scheduled_changes=False, change_scheduled_at=None, _scheduled=None)
    return billing.save(world, subscription)
