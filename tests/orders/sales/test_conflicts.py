"""A second, different value of what is set once is kept, and said where the thing is shown."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from django.test import Client

from orders.models import Order
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.lives import T, pay
from tests.orders.sales.conftest import See
from tests.orders.sales.test_order_page import text_of
from tests.samples import sample

SHOWS = "Raseed shows the first."


@pytest.fixture
def page(see: See, order: Order) -> Any:
    return lambda: text_of(see(f"/orders/{order.uid}/"))


def captured(seconds: int, **fields: Any) -> dict[str, Any]:
    return sample("payment.captured", created_at=T + seconds, payment=pay(**fields))


@pytest.mark.parametrize("arrival", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_earliest_is_the_first_whatever_came_first(
    page: Any, razorpay: Razorpay, order: Order, arrival: tuple[int, ...]
) -> None:
    told = [captured(second, email=f"{name}@x.in") for second, name in enumerate("abc")]
    razorpay.tell(*(told[place] for place in arrival))
    said = f"E-mail: Razorpay told a@x.in first, and also b@x.in, c@x.in. {SHOWS}"
    assert said in page()


def test_amounts_and_notes_are_told_in_words(page: Any, razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(
        captured(0, notes={"size": "L"}), captured(1, notes={"size": "XL"}, amount=45_000)
    )
    text = page()
    assert f"Amount: Razorpay told ₹499.00 first, and also ₹450.00. {SHOWS}" in text
    assert f"Notes: Razorpay told size: L first, and also size: XL. {SHOWS}" in text


def test_a_refund_has_its_own(page: Any, razorpay: Razorpay, order: Order) -> None:
    refunds = [
        sample("refund.processed", created_at=T + second, refund={"amount": amount})
        for second, amount in ((1, 10_000), (2, 20_000))
    ]
    razorpay.tell(captured(0), *refunds)
    assert f"Amount: Razorpay told ₹100.00 first, and also ₹200.00. {SHOWS}" in page()


def test_a_link_of_a_subscription_is_told_on_its_page(
    see: See, razorpay: Razorpay, subscription: Subscription
) -> None:
    for second, name in enumerate("ab"):
        link = {"short_url": f"https://rzp.io/i/{name}"}
        razorpay.tell(sample("subscription.activated", created_at=T + second, subscription=link))
    text = text_of(see(f"/subscriptions/{subscription.uid}/"))
    kept, other = "https://rzp.io/i/a", "https://rzp.io/i/b"
    assert f"Hosted page: Razorpay told {kept} first, and also {other}. {SHOWS}" in text


def test_an_invoice_of_it_is_named_there(
    see: See, razorpay: Razorpay, subscription: Subscription
) -> None:
    life = lives.first_charge_in_five_events()
    again = copy.deepcopy(life[3])
    again["created_at"] += 60
    again["payload"]["invoice"]["entity"].update(amount=39_900, paid_at=T + 60)
    razorpay.tell(*life, again)
    text = text_of(see(f"/subscriptions/{subscription.uid}/"))
    invoice = subscription.invoices.get()
    told = f"{invoice}, Amount: Razorpay told ₹499.00 first, and also ₹399.00. {SHOWS}"
    assert invoice.amount == 49_900
    assert told in text
    assert f"{invoice}, Paid at: Razorpay told" in text


@pytest.mark.parametrize("life", lives.RECURRING, ids=lambda life: life.__name__)
def test_where_nothing_differs_of_a_subscription_nothing_is_said(
    see: See, razorpay: Razorpay, subscription: Subscription, life: Any
) -> None:
    razorpay.tell(*life())
    text = text_of(see(f"/subscriptions/{subscription.uid}/"))
    assert not re.search(r"\b(inv_\w+|Period from [^,]+), [^:.]+: Razorpay told", text)


@pytest.mark.parametrize("life", lives.ONE_TIME, ids=lambda life: life.__name__)
def test_where_nothing_differs_nothing_is_said(
    page: Any, razorpay: Razorpay, order: Order, life: Any
) -> None:
    razorpay.tell(*life())
    assert SHOWS not in page()


def test_a_stranger_sees_none_of_it(charlie: Client, razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(captured(0, email="a@x.in"), captured(1, email="b@x.in"))
    assert charlie.get(f"/orders/{order.uid}/").status_code == 404
