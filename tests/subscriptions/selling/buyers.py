"""A buyer whose plan Raseed charges, at the sandbox in this process. Nothing is told by webhook
unless a test tells it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from gateways.models import Gateway
from subscriptions.models import Bill, Subscription
from tests.conftest import Razorpay, sign
from tests.gateways.stand_in import TEST_KEYS, Desk


@dataclass
class Buyer:
    """What a buyer's browser does, and what Razorpay tells us of it."""

    subscription: Subscription
    desk: Desk
    gateway: Gateway
    client: Client

    @property
    def order_uid(self) -> str:
        return self.subscription.order.uid

    def fresh(self) -> Subscription:
        self.subscription = Subscription.objects.get(pk=self.subscription.pk)
        return self.subscription

    def bill(self, number: int = 0) -> Bill:
        return self.subscription.bills.get(number=number)

    def pay(self, bill: Bill, **how: Any) -> str:
        """At Razorpay; the payment's id."""
        pressed = self.desk.press(f"orders/{bill.razorpay_order_id}/pay", **how)
        return str(pressed["payment"]["id"])

    def fail(self, bill: Bill, **how: Any) -> str:
        pressed = self.desk.press(f"orders/{bill.razorpay_order_id}/fail", **how)
        return str(pressed["payment"]["id"])

    def hear(self) -> None:
        """Everything that the sandbox ever sent arrives, perhaps once more."""
        events = self.desk.all_events()
        Razorpay(self.gateway).tell(*(json.loads(event["body"]) for event in events))

    def come_back(self, path: str, bill: Bill, payment_id: str, signature: str = "") -> Any:
        """What Checkout's handler sends, signed as Razorpay signs it."""
        signed = sign(f"{bill.razorpay_order_id}|{payment_id}".encode(), TEST_KEYS[1])
        answer = {
            "razorpay_payment_id": payment_id,
            "razorpay_signature": signature or signed,
        }
        return self.client.post(path, answer)

    def see(self, path: str, status: int = 200) -> str:
        response = self.client.get(path, follow=True)
        assert response.status_code == status, response
        return str(response.content.decode())
