"""Events: each is a snapshot of its objects, kept, and queued for whoever ticked it."""

import json

from sandbox import deliveries, ids
from sandbox.books import Doc, Merchant, owner, public
from sandbox.entities import snapshots
from sandbox.world import World


def of_payment(world: World, name: str, payment: Doc) -> None:
    body = {"payment": snapshots.payment_in_full(payment, world.odd)}
    _emit(world, owner(payment), name, body)


def order_paid(world: World, payment: Doc, order: Doc) -> None:
    body = {"payment": snapshots.payment_in_short(payment), "order": public(order)}
    _emit(world, owner(order), "order.paid", body)


def invoice_paid(world: World, payment: Doc, order: Doc, invoice: Doc) -> None:
    body = {
        "payment": snapshots.payment_in_short(payment),
        "order": snapshots.order_of_invoice(order),
        "invoice": snapshots.invoice(invoice, world.odd),
    }
    _emit(world, owner(invoice), "invoice.paid", body)


def of_refund(world: World, name: str, refund: Doc, payment: Doc) -> None:
    body = {
        "refund": snapshots.refund(refund, name, world.odd),
        "payment": snapshots.payment_in_full(payment, world.odd),
    }
    _emit(world, owner(refund), name, body)


def of_dispute(world: World, name: str, dispute: Doc, payment: Doc) -> None:
    body = snapshots.dispute(dispute)
    apart = name == "payment.dispute.action_required" and world.odd("evidence_apart")
    beside = {"dispute": {"evidence": body.pop("evidence")}} if apart else {}
    bodies = {"payment": snapshots.payment_of_dispute(payment, name), "dispute": body}
    _emit(world, owner(dispute), name, bodies, beside=beside)


def of_token(world: World, name: str, token: Doc) -> None:
    _emit(world, owner(token), name, {"token": snapshots.token(token, world.odd)})


def of_subscription(world: World, name: str, subscription: Doc, payment: Doc | None = None) -> None:
    body = {"subscription": snapshots.subscription(subscription, name, world.odd)}
    if payment:
        body["payment"] = snapshots.payment_of_subscription(payment, world.odd)
    inside = name == "subscription.activated" and payment is not None
    odd = inside and world.odd("activated_inside")
    _emit(world, owner(subscription), name, body, time_inside=odd)


def _emit(
    world: World,
    merchant: Merchant,
    name: str,
    bodies: Doc,
    *,
    time_inside: bool = False,
    beside: Doc | None = None,
) -> None:
    """beside: what stands next to an entity, by its kind, where one would look inside it."""
    apart = beside or {}
    payload: Doc = {kind: {"entity": body} | apart.get(kind, {}) for kind, body in bodies.items()}
    envelope: Doc = {
        "entity": "event",
        "account_id": merchant.account,
        "event": name,
        "contains": ["subscription"] if time_inside else list(bodies),
        "payload": payload,
    }
    (payload if time_inside else envelope)["created_at"] = world.now
    _keep(world, merchant, name, envelope)


def _keep(world: World, merchant: Merchant, name: str, envelope: Doc) -> None:
    event_id = ids.fresh()
    # Compact and with literal UTF-8, as Razorpay signs and sends it.
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    world.books.run(
        "INSERT INTO events (id, type, account, mode, created_at, body) VALUES (?, ?, ?, ?, ?, ?)",
        *(event_id, name, *merchant, world.now, body),
    )
    world.happened.append({"id": event_id, "event": name, "created_at": world.now})
    deliveries.queue(world, merchant, event_id, name)
