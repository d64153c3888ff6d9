"""What the shop is handed in the end: a signed success, or Razorpay's error object."""

import hashlib
import hmac
import json

from sandbox.books import Doc
from sandbox.checkout.ask import Ask


def success(ask: Ask, key: Doc, payment: Doc) -> Doc:
    """Razorpay signs an order before its payment, and a subscription after it."""
    kind = "subscription" if ask.subscription_id else "order"
    thing_id = ask.subscription_id or ask.order_id
    both = (payment["id"], thing_id) if ask.subscription_id else (thing_id, payment["id"])
    signed = "|".join(map(str, both))
    signature = hmac.new(key["secret"].encode(), signed.encode(), hashlib.sha256).hexdigest()
    return {
        "razorpay_payment_id": payment["id"],
        f"razorpay_{kind}_id": thing_id,
        "razorpay_signature": signature,
    }


def error(payment: Doc) -> Doc:
    return {
        "code": payment["error_code"],
        "description": payment["error_description"],
        "source": payment["error_source"],
        "step": payment["error_step"],
        "reason": payment["error_reason"],
        "metadata": {"payment_id": payment["id"], "order_id": payment["order_id"]},
    }


def as_message(event: str, **details: Doc) -> str:
    return json.dumps({"event": event} | details)
