"""A specimen of each event, in the shapes that Razorpay publishes, for trying a gateway by hand."""

from __future__ import annotations

import secrets
import string
import time
from typing import Any

ALPHABET = string.ascii_letters + string.digits
MONTH = 30 * 86_400
ACCOUNT = "acc_Specimen000001"

Json = dict[str, Any]

STATUS = {
    "payment.authorized": "authorized",
    "payment.failed": "failed",
    "subscription.authenticated": "authenticated",
    "subscription.pending": "pending",
    "subscription.halted": "halted",
    "subscription.paused": "paused",
    "subscription.cancelled": "cancelled",
    "subscription.completed": "completed",
}
WITH_PAYMENT = {"subscription.charged", "subscription.completed"}


def new_id(prefix: str) -> str:
    """An id like Razorpay's: 14 letters and digits after the prefix."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(14))}"


def make(
    event: str,
    *,
    amount: int | None = None,
    order: str | None = None,
    subscription: str | None = None,
    payment: str | None = None,
) -> Json:
    """A whole body about the given Razorpay ids; those that are not given are made up."""
    now = int(time.time())
    group = event.partition(".")[0]
    paid = payment_entity(event, now, 49900 if amount is None else amount, order, payment)
    entities: dict[str, Json] = {}
    if group in {"payment", "order", "invoice", "refund"} or event in WITH_PAYMENT:
        entities["payment"] = paid
    if group in {"order", "invoice"}:
        entities["order"] = order_entity(paid, now)
    if group == "invoice":
        entities["invoice"] = invoice_entity(paid, subscription, now)
    if group == "refund":
        entities["refund"] = refund_entity(event, paid, now)
    if group == "subscription":
        entities["subscription"] = subscription_entity(event, subscription, now)
    return {
        "entity": "event",
        "account_id": ACCOUNT,
        "event": event,
        "contains": list(entities),
        "payload": {kind: {"entity": entity} for kind, entity in entities.items()},
        "created_at": now,
    }


def change(body: Json, entity: str, field: str, value: Any) -> None:
    """Set one field of one entity, which is added if it is not there."""
    wrapper = body["payload"].setdefault(entity, {"entity": {}})
    wrapper["entity"][field] = value


def payment_entity(
    event: str, now: int, amount: int, order: str | None, payment: str | None
) -> Json:
    status = STATUS.get(event, "captured") if event.startswith("payment.") else "captured"
    failed = status == "failed"
    recurring = event in WITH_PAYMENT or event == "invoice.paid"
    return {
        "id": payment or new_id("pay"),
        "entity": "payment",
        "amount": amount,
        "currency": "INR",
        "status": status,
        "order_id": order or new_id("order"),
        "invoice_id": new_id("inv") if recurring else None,
        "method": "upi",
        "amount_refunded": amount if event.startswith("refund.") else 0,
        "refund_status": "full" if event.startswith("refund.") else None,
        "captured": status == "captured",
        "vpa": "success@razorpay",
        "email": "void@razorpay.com",
        "contact": "+919000090000",
        "notes": [],
        "fee": None if failed else amount // 50,
        "tax": None if failed else amount // 300,
        "error_code": "BAD_REQUEST_ERROR" if failed else None,
        "error_description": "Insufficient balance." if failed else None,
        "error_reason": "insufficient_funds" if failed else None,
        "created_at": now,
    }


def order_entity(payment: Json, now: int) -> Json:
    return {
        "id": payment["order_id"],
        "entity": "order",
        "amount": payment["amount"],
        "amount_paid": payment["amount"],
        "amount_due": 0,
        "currency": "INR",
        "receipt": None,
        "status": "paid",
        "attempts": 1,
        "notes": [],
        "created_at": now - 60,
    }


def invoice_entity(payment: Json, subscription: str | None, now: int) -> Json:
    """As published, without a subscription_id unless one is given."""
    entity = {
        "id": payment["invoice_id"],
        "entity": "invoice",
        "order_id": payment["order_id"],
        "payment_id": payment["id"],
        "status": "paid",
        "amount": payment["amount"],
        "currency": "INR",
        "billing_start": now,
        "billing_end": now + MONTH,
        "issued_at": now,
        "paid_at": now,
        "notes": [],
        "created_at": now,
    }
    return entity | ({"subscription_id": subscription} if subscription else {})


def refund_entity(event: str, payment: Json, now: int) -> Json:
    return {
        "id": new_id("rfnd"),
        "entity": "refund",
        "amount": payment["amount"],
        "currency": "INR",
        "payment_id": payment["id"],
        "notes": [],
        "status": "processed" if event == "refund.processed" else "pending",
        "speed_requested": "normal",
        "speed_processed": "normal",
        "created_at": now,
    }


def subscription_entity(event: str, subscription: str | None, now: int) -> Json:
    status = STATUS.get(event, "active")
    started = status != "authenticated"
    over = status in {"paused", "cancelled", "completed"}
    return {
        "id": subscription or new_id("sub"),
        "entity": "subscription",
        "plan_id": new_id("plan"),
        "customer_id": new_id("cust"),
        "status": status,
        "current_start": now if started else None,
        "current_end": now + MONTH if started else None,
        "charge_at": None if over else now + MONTH,
        "start_at": now,
        "end_at": now + 12 * MONTH,
        "ended_at": now if status in {"cancelled", "completed"} else None,
        "quantity": 1,
        "auth_attempts": {"pending": 1, "halted": 4}.get(status, 0),
        "total_count": 12,
        "paid_count": 1 if event == "subscription.charged" else 0,
        "remaining_count": 11,
        "short_url": None,
        "notes": [],
        "created_at": now - 60,
    }
