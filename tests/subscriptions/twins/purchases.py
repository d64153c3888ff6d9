"""Buyers and scripts who try again until it works, and what they were shown."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from gateways.models import Gateway
from gateways.razorpay.client import notes_of
from orders import catalogue, linking
from orders.catalogue import NewResource
from orders.models import FormField, Order, OrderForm, Product
from sandbox.books import Doc
from subscriptions import twins
from subscriptions.models import Doubt
from tests.gateways.stand_in import Desk
from tests.scripts import Api

MINUTE = 60
MONTHLY = {
    "kind": "subscription", "amount": 49900, "currency": "INR", "period": "monthly",
    "total_count": 12,
}  # fmt: skip
ONCE = {"amount": 49900, "currency": "INR"}
PAYABLE = {"created", "authenticated", "active", "pending", "halted", "paused"}
NAMES = re.compile(r"(?:sub|order)_[A-Za-z0-9]{14}\b")


@dataclass
class Shop:
    gateway: Gateway
    desk: Desk
    token: str
    clock: Any
    numbers: Any = field(default_factory=itertools.count)

    def product(self, terms: dict[str, Any]) -> Product:
        opens = [NewResource("Videos", "https://example.com/v")]
        return catalogue.create_product(
            account=self.gateway.account, name="Circle", price=terms, resources=opens
        )

    def lose(self, path: str = "subscriptions", answers: int = 1) -> None:
        """Razorpay does what it is asked, and its answer is lost."""
        self.desk.press("api", fail="lost", paths=f"/v1/{path}", count=answers)

    def wait(self, minutes: float, step: int = 1) -> None:
        """On everybody's clock; the scheduler rings every minute, or after so many."""
        while minutes > 0:
            self.clock.shift(step * MINUTE)
            twins.look()
            minutes -= step

    def at_razorpay(self, kind: str) -> list[Doc]:
        """In its own books, which know at once what its lists show later."""
        world = self.desk.sandbox.world
        with world.turn():
            return [dict(doc) for doc in world.books.all(kind)]

    def subscriptions_of(self, order: Order) -> list[Doc]:
        everything = self.at_razorpay("subscription")
        return [doc for doc in everything if notes_of(doc).get("raseed_order") == order.uid]


class Purchase:
    """One thing that somebody wants to buy once."""

    def __init__(self, shop: Shop, number: int, terms: dict[str, Any]) -> None:
        self.shop, self.client = shop, Client()
        self.email = f"buyer{number}@example.com"
        self.product = shop.product(terms)
        self.shown = ""

    def press(self) -> str:
        """Try to buy it, and look at what comes; the last page."""
        raise NotImplementedError

    def see(self, response: Any) -> str:
        page = str(response.content.decode())
        self.shown += page
        return page

    def pay_page(self, order: Order) -> str:
        return self.see(self.client.get(f"/pay/{order.uid}/", follow=True))

    def go_on(self) -> None:
        """At once, a minute later, three and eleven minutes after the first try; and a day later
        nothing is in doubt any more."""
        for minutes in (0, 1, 2, 8):
            self.shop.wait(minutes)
            self.press()
        self.shop.clock.shift(25 * 60 * MINUTE)
        twins.look()
        assert not Doubt.objects.filter(settled_at=None).exists()

    @property
    def order(self) -> Order:
        return Order.objects.get(product=self.product)

    def check(self, made: int = 1) -> None:
        """One order, one thing at Razorpay that can be paid, and nothing else was ever shown.

        `made`: how many subscriptions Razorpay was made to make.
        """
        order = self.order
        own = self.of_subscription(order, made) if order.price.recurs else self.of_order(order)
        page = self.pay_page(order)
        assert f'"{own}"' in page, "the pay page opens Checkout for it"
        assert set(NAMES.findall(self.shown)) <= {own}
        assert order.grants.count() == 1, "what was promised for sending the form is given"

    def of_subscription(self, order: Order, made: int) -> str:
        there = self.shop.subscriptions_of(order)
        assert len(there) == made
        (payable,) = [doc for doc in there if doc["status"] in PAYABLE]
        assert payable["id"] == linking.known_as(order)
        plans = [plan for plan in self.shop.at_razorpay("plan") if self.is_ours(plan)]
        assert len(plans) == 1
        return str(payable["id"])

    def of_order(self, order: Order) -> str:
        everything = self.shop.at_razorpay("order")
        (made,) = [doc for doc in everything if doc["receipt"] == order.uid]
        assert made["id"] == order.razorpay_order_id
        return str(made["id"])

    def is_ours(self, plan: Doc) -> bool:
        price = self.product.price
        return price is not None and notes_of(plan).get("raseed_price") == price.uid


class ByForm(Purchase):
    """In a browser: the same page, sent again."""

    def __init__(self, shop: Shop, number: int, terms: dict[str, Any]) -> None:
        super().__init__(shop, number, terms)
        self.form = OrderForm.objects.create(
            account=shop.gateway.account, product=self.product, slug=f"circle-{number}",
            mode="live", published_at=timezone.now(),
        )  # fmt: skip
        FormField.objects.create(form=self.form, position=1, kind="email", required=True)
        self.ticket = self.client.get(self.form.public_path).context["ticket"]

    def press(self) -> str:
        typed = {"ticket": self.ticket, "email": self.email}
        return self.see(self.client.post(self.form.public_path, typed, follow=True))


class ByScript(Purchase):
    """Through the API, with an Idempotency-Key."""

    key: str | None = "the same"

    def __init__(self, shop: Shop, number: int, terms: dict[str, Any]) -> None:
        super().__init__(shop, number, terms)
        self.api = Api(shop.token)

    def press(self) -> str:
        recurs = self.product.price is not None and self.product.price.recurs
        path = "/api/v1/subscriptions/" if recurs else "/api/v1/orders/"
        sent = {"product": self.product.uid, "email": self.email}
        headers = {"Idempotency-Key": f"{self.key} {self.email}"} if self.key else {}
        response = self.api.client.post(path, sent, "application/json", headers=headers)
        assert response.status_code in {201, 409, 503, 504}, response.content
        self.see(self.api.client.get(f"{path}?email={self.email}"))
        return self.see(response)


class WithoutAKey(ByScript):
    """Each request is another purchase."""

    key = None
