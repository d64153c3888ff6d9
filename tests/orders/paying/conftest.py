"""A buyer in front of one order, and the sandbox in Razorpay's place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Account
from gateways.models import Gateway
from orders import checkout
from orders.models import Order, Product
from tests.conftest import sign
from tests.gateways.stand_in import TEST_KEYS, Desk, connect, desk

__all__ = ["desk"]

EMAIL = "ananya.iyer@example.com"


@dataclass
class Buyer:
    """What a buyer's browser does with one order."""

    order: Order
    desk: Desk
    client: Client

    def pay(self, **how: Any) -> str:
        """Pay at Razorpay; the payment's id. No webhook is set up, so nobody tells us."""
        pressed = self.desk.press(f"orders/{self.order.razorpay_order_id}/pay", **how)
        return str(pressed["payment"]["id"])

    def fail(self) -> str:
        pressed = self.desk.press(f"orders/{self.order.razorpay_order_id}/fail")
        return str(pressed["payment"]["id"])

    def come_back(self, payment_id: str, signature: str | None = None) -> Any:
        """What Checkout's handler sends, signed as Razorpay signs it."""
        signed = sign(f"{self.order.razorpay_order_id}|{payment_id}".encode(), TEST_KEYS[1])
        answer = {
            "razorpay_payment_id": payment_id,
            "razorpay_signature": signed if signature is None else signature,
        }
        return self.client.post(f"/pay/{self.order.uid}/return/", answer)

    def page(self, name: str = "thanks/") -> str:
        response = self.client.get(f"/pay/{self.order.uid}/{name}")
        assert response.status_code == 200, response
        return str(response.content.decode())


@pytest.fixture(autouse=True)
def _nothing_was_asked() -> None:
    cache.clear()


@pytest.fixture
def connected(desk: Desk, account: Account) -> Gateway:
    return connect(account)


@pytest.fixture
def buyer(desk: Desk, connected: Gateway, product: Product, account: Account) -> Buyer:
    order = checkout.place(account, product, EMAIL, "Ananya Iyer", None)
    return Buyer(order, desk, Client(enforce_csrf_checks=True))
