"""Webhooks that sellers set up: a URL, a secret, and the events they ticked."""

from typing import Any
from urllib.parse import urlsplit

from sandbox import asked, ids
from sandbox.books import Doc, Merchant, public
from sandbox.refusals import Refused
from sandbox.world import World

EVENTS = [
    *(f"payment.{verb}" for verb in ("authorized", "captured", "failed")),
    *(f"payment.dispute.{verb}" for verb in ("created", "won", "lost", "closed")),
    *(f"payment.dispute.{verb}" for verb in ("under_review", "action_required")),
    *(f"payment.downtime.{verb}" for verb in ("started", "updated", "resolved")),
    *(f"order.{verb}" for verb in ("paid", "notification.delivered", "notification.failed")),
    *(f"invoice.{verb}" for verb in ("paid", "partially_paid", "expired")),
    *(f"subscription.{verb}" for verb in ("authenticated", "activated", "charged", "pending")),
    *(f"subscription.{verb}" for verb in ("halted", "paused", "resumed", "updated")),
    *(f"subscription.{verb}" for verb in ("cancelled", "completed")),
    *(f"refund.{verb}" for verb in ("created", "processed", "failed", "speed_changed")),
    *(f"token.{verb}" for verb in ("confirmed", "rejected", "paused", "cancelled")),
]
MOST_PER_MERCHANT = 30
FIELDS = ("url", "secret", "active", "events", "alert_email")


def create(world: World, merchant: Merchant, body: Doc) -> Doc:
    asked.only(body, *FIELDS)
    if len(of_merchant(world, merchant)) >= MOST_PER_MERCHANT:
        raise Refused(f"At most {MOST_PER_MERCHANT} webhooks are allowed.")
    webhook: Doc = {
        "id": ids.fresh(),
        "entity": "webhook",
        "url": _url(body),
        "owner_id": merchant.account.removeprefix("acc_"),
        "owner_type": "merchant",
        "secret_exists": False,
        "alert_email": asked.text(body, "alert_email"),
        "active": asked.flag(body, "active", default=True),
        "disabled_at": 0,
        "events": _ticked(body.get("events")),
        "created_at": world.now,
        "updated_at": world.now,
        "_secret": None,
        "_failing_since": None,
        "_failures": 0,
    }
    _set_secret(webhook, body)
    return world.books.add(merchant, webhook)


def edit(world: World, webhook: Doc, body: Doc) -> Doc:
    """What is absent stays. A given list of events replaces the whole list."""
    asked.only(body, *FIELDS)
    if body.get("url"):
        webhook["url"] = _url(body)
    if body.get("events"):
        webhook["events"] = _ticked(body["events"])
    _set_secret(webhook, body)
    webhook["updated_at"] = world.now
    if "active" in body:
        set_active(world, webhook, active=asked.flag(body, "active"))
    return world.books.put(webhook)


def set_active(world: World, webhook: Doc, *, active: bool) -> Doc:
    """A webhook that is off is sent nothing, not even what was waiting for it."""
    webhook["active"] = active
    webhook["disabled_at"] = 0 if active else world.now
    webhook.update(_failing_since=None, _failures=0)
    if not active:
        world.books.run(
            "UPDATE deliveries SET status = 'stopped', due_at = NULL"
            " WHERE webhook_id = ? AND status = 'pending'",
            webhook["id"],
        )
    return world.books.put(webhook)


def remove(world: World, webhook: Doc) -> None:
    world.books.run("DELETE FROM deliveries WHERE webhook_id = ?", webhook["id"])
    world.books.run("DELETE FROM objects WHERE id = ?", webhook["id"])
    world.books.forget()


def of_merchant(world: World, merchant: Merchant) -> list[Doc]:
    everything = world.books.all("webhook")
    return [w for w in everything if (w["_account"], w["_mode"]) == merchant]


def shown(webhook: Doc) -> Doc:
    return public(webhook)


def _url(body: Doc) -> str:
    # Razorpay takes public hosts only; a desk has none, so 127.0.0.1 is welcome here.
    url = asked.needed_text(body, "url", longest=255)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or " " in url:
        raise Refused("The url format is invalid.", field="url")
    if "razorpay" in host:
        raise Refused("The url may not be one of Razorpay's own.", field="url")
    return url


def _set_secret(webhook: Doc, body: Doc) -> None:
    secret = asked.text(body, "secret", longest=255)
    if secret:
        webhook.update(_secret=secret, secret_exists=True)


def _ticked(given: Any) -> dict[str, bool]:
    """A map or a list, as the official plugins send either."""
    if isinstance(given, list):
        given = dict.fromkeys(map(str, given), True)
    if not isinstance(given, dict) or not given:
        raise Refused("The events field is required.", field="events")
    unknown = sorted(set(given) - set(EVENTS))
    if unknown:
        raise Refused(f"Invalid event name/names: {', '.join(unknown)}", field="events")
    ticked = [name for name in given if asked.flag(given, name)]
    return {name: name in ticked for name in EVENTS}
