"""Calls to Razorpay's API with one gateway's keys, through the official package.

Every call raises one of `gateways.razorpay.errors`. Amounts are integers in the currency's smallest
unit. Answers are Razorpay's entities as dicts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import certifi
import razorpay
from django.conf import settings

from gateways.razorpay.session import Session

if TYPE_CHECKING:
    from gateways.models import Gateway

LIMITS = (3.0, 10.0)  # seconds to connect, to answer
CHECK_LIMITS = (3.0, 7.0)  # a person waits: ten seconds in all

Json = dict[str, Any]


class Razorpay:
    """One pair of keys. Not shared between threads or sellers."""

    def __init__(self, key_id: str, key_secret: str, limits: tuple[float, float] = LIMITS) -> None:
        self.api = razorpay.Client(
            session=Session(limits),
            auth=(key_id, key_secret),
            base_url=settings.RAZORPAY_API_URL,
        )
        # The package brings a bundle of 2015, which lacks roots that are in use today.
        self.api.cert_path = certifi.where()

    @classmethod
    def of(cls, gateway: Gateway) -> Razorpay:
        """A client with this gateway's keys."""
        return cls(gateway.key_id, gateway.key_secret)

    # https://razorpay.com/docs/api/orders/
    def newest_order(self) -> Json | None:
        """The account's newest order, if any. The cheapest question that needs right keys."""
        items: list[Json] = self.api.order.all({"count": 1}).get("items") or []
        return items[0] if items else None

    def create_order(self, *, amount: int, currency: str, receipt: str, notes: Json) -> Json:
        """Create an order, or get the one that has this receipt already (`unique_receipt`)."""
        created: Json = self.api.order.create(
            {
                "amount": amount,
                "currency": currency,
                "receipt": receipt,
                "unique_receipt": True,
                "notes": notes,
                "payment": {
                    "capture": "automatic",
                    "capture_options": {"automatic_expiry_period": 4320, "refund_speed": "normal"},
                },
            }
        )
        return created

    def order(self, order_id: str) -> Json:
        found: Json = self.api.order.fetch(order_id)
        return found

    # https://razorpay.com/docs/api/payments/subscriptions/
    def create_plan(self, *, period: str, interval: int, item: Json, notes: Json) -> Json:
        created: Json = self.api.plan.create(
            {"period": period, "interval": interval, "item": item, "notes": notes}
        )
        return created

    def find_plan(self, price_uid: str) -> str | None:
        """The id of the plan that carries our note, among the newest hundred."""
        items: list[Json] = self.api.plan.all({"count": 100}).get("items") or []
        for item in items:
            notes = item.get("notes")
            if isinstance(notes, dict) and notes.get("raseed_price") == price_uid:
                return str(item["id"])
        return None

    def create_subscription(self, terms: Json) -> Json:
        created: Json = self.api.subscription.create(terms)
        return created

    def subscription(self, subscription_id: str) -> Json:
        found: Json = self.api.subscription.fetch(subscription_id)
        return found

    # https://razorpay.com/docs/api/payments/
    def payment(self, payment_id: str) -> Json:
        found: Json = self.api.payment.fetch(payment_id)
        return found

    # https://razorpay.com/docs/api/payments/subscriptions/fetch-invoices/
    def invoice(self, invoice_id: str) -> Json:
        found: Json = self.api.invoice.fetch(invoice_id)
        return found
