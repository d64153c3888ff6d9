"""Is this delivery from Razorpay? Ten lines of our own.

The official package's verifier wants text (and so a re-encoded body), accepts an empty secret and
fails on a header that is not ASCII. Source: https://razorpay.com/docs/webhooks/validate-test/
"""

from __future__ import annotations

import hashlib
import hmac

SHORTEST_SECRET = 16  # characters; anything shorter never verifies


def sign(body: bytes, secret: str) -> str:
    """HMAC-SHA256 over the raw bytes, in lower-case hex, as Razorpay sends it."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def proves_payment(
    given: str, key_secret: str, *, payment_id: str, order_id: str = "", subscription_id: str = ""
) -> bool:
    """Whether Checkout's signature is that of our order, or of our subscription.

    order_id|payment_id, and for subscriptions payment_id|subscription_id: the ids are in the other
    order. Source: https://razorpay.com/docs/payments/payment-gateway/web-integration/standard/
    and https://razorpay.com/docs/payments/subscriptions/integration-guide/
    """
    parts = [payment_id, subscription_id] if subscription_id else [order_id, payment_id]
    return all(parts) and matches("|".join(parts).encode(), given, key_secret)


def is_authentic(body: bytes, given: str, secret: str) -> bool:
    """Whether `given` is the signature of these bytes. Fails closed on a missing secret."""
    return len(secret.strip()) >= SHORTEST_SECRET and matches(body, given, secret)


def matches(body: bytes, given: str, secret: str) -> bool:
    """As `is_authentic`, for a secret that Razorpay made: its length is their business."""
    # Bytes, because compare_digest raises on text that is not ASCII.
    expected = sign(body, secret).encode()
    return bool(secret) and hmac.compare_digest(expected, given.encode("utf-8", "replace"))
