"""A seller with a connected gateway and a product, and orders that wait for their payment."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from accounts import sellers
from gateways.models import Gateway, WebhookSecret
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Customer, Order, Product
from tests.bench import bodies

AMOUNT = 49900  # paise


@dataclass(frozen=True)
class Shop:
    gateway: Gateway
    product: Product

    @property
    def path(self) -> str:
        return f"/webhooks/razorpay/{self.gateway.token}/"

    @property
    def secret(self) -> str:
        return self.gateway.webhook_secrets.get().secret

    def orders(self, count: int) -> list[str]:
        """Make orders of one buyer each; their Razorpay ids."""
        price = self.product.price
        account = self.gateway.account
        buyers = Customer.objects.bulk_create(
            Customer(account=account, email=address)
            for address in itertools.islice(emails(), count)
        )
        made = Order.objects.bulk_create(
            Order(
                gateway=self.gateway,
                customer=buyer,
                product=self.product,
                price=price,
                amount=AMOUNT,
                currency="INR",
                razorpay_order_id=f"order_{bodies.label(secrets.randbits(64))}",
            )
            for buyer in buyers
        )
        return [order.razorpay_order_id or "" for order in made]


def emails() -> Iterator[str]:
    while True:
        yield f"{secrets.token_hex(8)}@example.com"


def open_one() -> Shop:
    seller = sellers.create(
        email="bench@example.com", business="Bench", password=secrets.token_urlsafe()
    )
    gateway = Gateway.objects.create(
        account=seller.account,
        mode="test",
        key_id=f"rzp_test_{secrets.token_hex(7)}",
        key_secret=secrets.token_urlsafe(18),
    )
    WebhookSecret.objects.create(gateway=gateway)
    product = catalogue.create_product(
        account=seller.account,
        name="Natural Dyeing Masterclass",
        price={"amount": AMOUNT, "currency": "INR"},
        resources=[NewResource("Videos", "https://example.com/v")],
    )
    return Shop(gateway, product)
