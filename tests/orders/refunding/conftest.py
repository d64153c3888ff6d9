"""A shop at the sandbox: an order that was really paid there, and the page that refunds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from gateways.models import Gateway
from orders.models import Customer, Order, Payment, Product, Refund, Resource
from tests.conftest import Razorpay, make_order
from tests.gateways.stand_in import Desk, connect, desk
from tests.orders.products.conftest import browser_of, meera
from webhooks import work

__all__ = ["browser_of", "desk", "meera"]

Fields = dict[str, Any]


@dataclass
class Shop:
    """One seller's business at the sandbox."""

    desk: Desk
    gateway: Gateway
    product: Product
    customer: Customer

    def place(self, product: Product | None = None) -> Order:
        order = make_order(self.gateway, product or self.product, self.customer, None)
        at_razorpay = self.desk.order(
            amount=order.amount,
            currency=order.currency,
            receipt=order.uid,
            notes={"raseed_order": order.uid},
        )
        order.razorpay_order_id = at_razorpay["id"]
        order.save()
        return order

    def pay(self, order: Order) -> Payment:
        self.hears("orders", order.razorpay_order_id, "pay", method="upi")
        return order.payments.order_by("-pk")[0]

    def hears(self, kind: str, name: str | None, switch: str, **how: Any) -> None:
        """Press a switch of the sandbox, and tell what it sends."""
        known = self.told()
        self.desk.press(f"{kind}/{name}/{switch}", **how)
        self.tell_news(known)

    def told(self) -> int:
        """How many events there were until now."""
        return len(self.desk.all_events())

    def tell_news(self, known: int) -> None:
        """Webhooks come only where a test lets them: those after the first so many."""
        events = sorted(self.desk.all_events(), key=lambda event: int(event["seq"]))
        for event in events[known:]:
            assert Razorpay(self.gateway).post(event["body"].encode()).status_code == 200
            work.work()

    def refunds(self, payment: Payment) -> list[Fields]:
        """What really exists at Razorpay, whatever its lists say just now."""
        self.desk.wait_out_the_lag()
        path = f"/v1/payments/{payment.razorpay_payment_id}/refunds"
        found: list[Fields] = self.desk.call("GET", path).json()["items"]
        return found

    def given_back(self, payment: Payment) -> int:
        path = f"/v1/payments/{payment.razorpay_payment_id}"
        return int(self.desk.call("GET", path).json()["amount_refunded"])


@pytest.fixture
def shop(desk: Desk, account: Account, product: Product, customer: Customer) -> Shop:
    return Shop(desk, connect(account), product, customer)


@pytest.fixture
def order(shop: Shop) -> Order:
    """Paid once, by UPI: it opens Videos and Recipes."""
    order = shop.place()
    shop.pay(order)
    order.refresh_from_db()
    assert order.status == "paid"
    return order


@pytest.fixture
def payment(order: Order) -> Payment:
    return order.payments.get()


@pytest.fixture
def videos(product: Product) -> Resource:
    return product.resources.get(title="Videos")


@pytest.fixture
def recipes(product: Product) -> Resource:
    return product.resources.get(title="Recipes")


def page_of(order: Order) -> str:
    return f"/orders/{order.uid}/refund/"


def text_of(response: Any) -> str:
    """The words of a page's content, as a reader sees them."""
    assert response.status_code == 200, response
    content = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", content)))


def hidden_in(response: Any) -> Fields:
    """What the confirming page would send, without its button."""
    tags = re.findall(r'<input type="hidden"[^>]*>', response.content.decode())
    found = {}
    for tag in tags:
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = unescape(value[1] if value else "")
    return found


def look_over(client: Client, payment: Payment, **typed: Any) -> Any:
    """The confirming page for what was typed."""
    sent = {"payment": payment.uid, **typed}
    return client.post(page_of(payment.order), sent)


def press(client: Client, payment: Payment, **typed: Any) -> Any:
    """Type, look it over, press."""
    asked = look_over(client, payment, **typed)
    assert "A refund cannot be taken back." in text_of(asked)
    return client.post(page_of(payment.order), {**hidden_in(asked), "sure": "1"})


def standing(order: Order) -> tuple[str, int, int]:
    order.refresh_from_db()
    return order.status, order.amount_paid, order.amount_refunded


def open_to(order: Order) -> set[str]:
    """The titles of what the order opens now."""
    rows = order.grants.select_related("resource")
    return {grant.resource.title for grant in rows if grant.ends_at is None}


def the_refund(order: Order) -> Refund:
    return Refund.objects.get(payment__order=order)
