"""What each instruction is at Razorpay, and how a subscription shows there that it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateways.razorpay import entities
from gateways.razorpay.client import Razorpay
from orders.causes import at
from subscriptions.models import Plan, Subscription, SubscriptionInstruction

Kind = SubscriptionInstruction.Kind
Status = Subscription.Status
Json = dict[str, Any]
AT_END = {Kind.CANCEL_AT_END, Kind.CHANGE_PLAN_AT_END}


@dataclass(frozen=True)
class Deed:
    """`call` makes it so; `was_done` reads it off the entity, after an answer was lost."""

    call: Callable[[Razorpay, str, SubscriptionInstruction], Json]
    was_done: Callable[[Json, SubscriptionInstruction], bool]


def done(instruction: SubscriptionInstruction) -> Json:
    """Have it done at Razorpay; the subscription as it is then. Raises gateways.razorpay.errors.

    Safe to repeat: from the second time on Razorpay is asked first.
    """
    subscription = instruction.subscription
    razorpay = Razorpay.of(subscription.gateway)
    razorpay_id, deed = subscription.razorpay_subscription_id or "", DEEDS[Kind(instruction.kind)]
    if instruction.tries > 1:
        found = razorpay.subscription(razorpay_id)
        if deed.was_done(found, instruction):
            return found
    return deed.call(razorpay, razorpay_id, instruction)


def effective_at(instruction: SubscriptionInstruction, told: Json) -> datetime | None:
    """When it takes effect, of what is done at the end of a period."""
    entity = entities.read("subscription", told)
    end = entity.get("current_end") if entity else None
    if instruction.kind not in AT_END or end is None:
        return instruction.effective_at
    return at(end)


def cancel(razorpay: Razorpay, razorpay_id: str, instruction: SubscriptionInstruction) -> Json:
    """At the end of the period as often as one likes: the entity does not show it.

    https://github.com/razorpay/razorpay-node/issues/330
    """
    at_end = instruction.kind == Kind.CANCEL_AT_END
    return razorpay.cancel_subscription(razorpay_id, at_cycle_end=at_end)


def is_cancelled(told: Json, instruction: SubscriptionInstruction) -> bool:
    return told.get("status") == Status.CANCELLED


def pause(razorpay: Razorpay, razorpay_id: str, instruction: SubscriptionInstruction) -> Json:
    return razorpay.pause_subscription(razorpay_id)


def is_paused(told: Json, instruction: SubscriptionInstruction) -> bool:
    return told.get("status") == Status.PAUSED


def resume(razorpay: Razorpay, razorpay_id: str, instruction: SubscriptionInstruction) -> Json:
    return razorpay.resume_subscription(razorpay_id)


def is_resumed(told: Json, instruction: SubscriptionInstruction) -> bool:
    """What was resumed may have failed to be charged meanwhile."""
    return told.get("status") in {Status.ACTIVE, Status.PENDING, Status.HALTED}


def change(razorpay: Razorpay, razorpay_id: str, instruction: SubscriptionInstruction) -> Json:
    """The number of charges that are left is not named, and so it stays."""
    later = instruction.kind == Kind.CHANGE_PLAN_AT_END
    terms = {
        "plan_id": plan_id(instruction),
        "schedule_change_at": "cycle_end" if later else "now",
        "customer_notify": int(instruction.subscription.gateway.account.razorpay_mails_buyers),
    }
    return razorpay.update_subscription(razorpay_id, terms)


def is_changed(told: Json, instruction: SubscriptionInstruction) -> bool:
    return told.get("plan_id") == plan_id(instruction)


def is_planned(told: Json, instruction: SubscriptionInstruction) -> bool:
    """Nothing is changed while another change is planned: what is planned is this one."""
    return is_changed(told, instruction) or entities.flag(told.get("has_scheduled_changes"))


def plan_id(instruction: SubscriptionInstruction) -> str:
    """Made before the instruction was kept."""
    plans = Plan.objects.filter(gateway=instruction.subscription.gateway_id)
    return plans.get(price=instruction.price_id).razorpay_plan_id or ""


DEEDS: dict[Kind, Deed] = {
    Kind.CANCEL: Deed(cancel, is_cancelled),
    Kind.CANCEL_AT_END: Deed(cancel, is_cancelled),
    Kind.PAUSE: Deed(pause, is_paused),
    Kind.RESUME: Deed(resume, is_resumed),
    Kind.CHANGE_PLAN: Deed(change, is_changed),
    Kind.CHANGE_PLAN_AT_END: Deed(change, is_planned),
}
