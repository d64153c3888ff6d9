"""Merge snapshots of subscriptions.

A subscription has no ladder: it may go active -> pending -> active -> paused -> active. So the
greatest mark wins: (final?, as_of, rank of the event, paid_count, auth_attempts, SHA-256). A
snapshot that is too old for the row still says something about its own billing period.
Source: https://razorpay.com/docs/payments/subscriptions/states/
"""

from __future__ import annotations

from typing import Any

from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from orders import merging
from subscriptions.models import Subscription

Status = Subscription.Status

# By the event that brings the snapshot; among snapshots of one second the higher wins.
RANK = {
    "created": 0,
    "authenticated": 1,
    "pending": 2,
    "halted": 3,
    "paused": 4,
    "resumed": 5,
    "updated": 5,
    "activated": 5,
    "active": 5,
    "charged": 6,
    "cancelled": 7,
    "completed": 7,
    "expired": 7,
}
# What the entity's status is when the body does not say.
IMPLIED = {"activated": Status.ACTIVE, "charged": Status.ACTIVE, "resumed": Status.ACTIVE}

LINKS = {"plan_id": "razorpay_plan_id", "customer_id": "razorpay_customer_id"}
FIRST = ("razorpay_customer_id", "short_url", "notes", "created_at")
LATEST = (
    "status", "razorpay_plan_id", "quantity", "total_count", "remaining_count", "auth_attempts",
    "current_start", "current_end", "charge_at", "start_at", "end_at", "ended_at", "expire_by",
    "payment_method", "has_scheduled_changes", "change_scheduled_at", "pause_initiated_by",
    "cancel_initiated_by",
)  # fmt: skip


def merge(subscription: Subscription, entity: Entity, delivery: Delivery) -> bool:
    """Merge one snapshot into the row; True when it is the newest. The order is locked."""
    given = {LINKS.get(name, name): value for name, value in entity.fields.items()}
    step = delivery.type.partition(".")[2] if "subscription" in delivery.type else ""
    status = status_of(given, step)
    given = tidy(given, status)
    with merging.saving(subscription):
        mark = mark_of(given, status, step, delivery)
        newest = merging.latest(subscription, given, LATEST, mark)
        merging.first(subscription, given, FIRST, delivery.as_of)
        merging.most(subscription, given, ("paid_count",))
        date_facts(subscription, given, status, step, delivery.as_of)
    return newest


def tidy(given: dict[str, Any], status: str) -> dict[str, Any]:
    """What may be merged: the status as we understand it, and no plan that is null."""
    kept = {name: value for name, value in given.items() if name != "status"}
    if kept.get("razorpay_plan_id") is None:
        kept.pop("razorpay_plan_id", None)
    return {**kept, "status": status} if status else kept


def status_of(given: dict[str, Any], step: str) -> str:
    """The entity's own status, else what the event's name implies, else nothing."""
    said = given.get("status")
    if said in Status.values:
        return str(said)
    implied = IMPLIED.get(step, step)
    return str(implied) if implied in Status.values else ""


def mark_of(given: dict[str, Any], status: str, step: str, delivery: Delivery) -> merging.Mark:
    """The tuple by which snapshots are compared (spec, section 4)."""
    final = status in Subscription.FINAL
    return [
        int(final),
        delivery.as_of,
        RANK.get(step, RANK.get(status, 0)),
        given.get("paid_count") or 0,
        given.get("auth_attempts") or 0,
        delivery.digest,
    ]


def date_facts(
    subscription: Subscription, given: dict[str, Any], status: str, step: str, as_of: int
) -> None:
    """When the mandate first stood, and each time it was resumed."""
    if status in {Status.AUTHENTICATED, Status.ACTIVE}:
        when = as_of or given.get("created_at") or 0
        subscription.authenticated_at = merging.earliest(subscription.authenticated_at, when)
    if step == "resumed":
        subscription.resumptions = sorted({*subscription.resumptions, as_of})
