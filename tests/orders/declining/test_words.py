"""What the page of a "no" says where there is nothing to say no to any more, or not yet."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gateways.models import Gateway
from orders.models import Order
from orders.recovering import links
from tests import lives
from tests.conftest import Razorpay
from tests.lives import T
from tests.orders.sales.test_order_page import text_of
from tests.samples import sample

GIVE_BACK = "To give it back, write to Dastakari Store."
PAID = [sample("payment.captured", created_at=T)]
HALF = lives.paid_and_partly_refunded_twice()
WHOLE = lives.paid_and_refunded()
SAYS = {
    "paid": (PAID, "This order is paid", GIVE_BACK),
    "in part": (
        HALF, "This order is paid, and was refunded in part",
        "₹150.00 was given back. To give back the rest, write to Dastakari Store.",
    ),
    "refunded": (
        WHOLE, "This order was paid and refunded",
        "The money for this order was given back. Nothing is charged, and nobody reminds you.",
    ),
    "confirming": (
        [sample("payment.authorized", created_at=T)], "Your payment is being confirmed",
        "If the bank confirms it, this order is paid.",
    ),
}  # fmt: skip


def page(client: Client, order: Order, method: str = "get") -> str:
    return text_of(getattr(client, method)(f"/r/{links.token(order)}/no/").content.decode())


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", SAYS)
def test_each_state_has_its_own_words(
    client: Client, razorpay: Razorpay, order: Order, name: str, method: str
) -> None:
    bodies, title, said = SAYS[name]
    razorpay.tell(*bodies)
    shown = page(client, order, method)
    assert title in shown
    assert said in shown
    titles = [other for _bodies, other, _said in SAYS.values() if other in shown]
    assert max(titles, key=len) == title
    assert (GIVE_BACK in shown) == (name == "paid")
    assert "I no longer want it" not in shown
    assert "pay:" not in shown


def test_an_expired_one_was_not_paid(client: Client, order: Order) -> None:
    Order.objects.update(status="expired")
    shown = page(client, order)
    assert "It was not paid in time. Nothing is charged, and nobody reminds you." in shown


@pytest.mark.parametrize("method", ["get", "post"])
def test_where_nothing_can_be_paid_nobody_is_invited_to(
    client: Client, razorpay: Razorpay, order: Order, method: str
) -> None:
    razorpay.tell(sample("payment.failed", created_at=T, payment={"id": "pay_RsdFirst000001"}))
    assert "change your mind" in page(client, order, method)
    Gateway.objects.update(disconnected_at=order.created_at)
    shown = page(client, order, method)
    assert "change your mind" not in shown
    assert "Pay ₹499.00" not in shown


def test_a_no_holds_while_the_bank_is_silent(
    client: Client, razorpay: Razorpay, order: Any
) -> None:
    razorpay.tell(sample("payment.authorized", created_at=T))
    assert "Nobody reminds you any more." in page(client, order, "post")
    order.refresh_from_db()
    assert order.declined_at is not None
