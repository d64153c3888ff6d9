"""No buyer pays two by mistake: an unpaid order is hidden once its product was bought or ordered
anew."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gateways.models import Gateway
from orders.causes import at
from orders.models import Customer, Order, Product
from subscriptions.models import Subscription
from tests.conftest import make_gateway, make_order
from tests.lives import DAY, T

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(buyer: Client) -> Any:
    """Which of these the buyer can pay."""

    def look(*orders: Order) -> list[bool]:
        page = buyer.get("/my/").content.decode()
        return [f"/pay/{order.uid}/" in page for order in orders]

    return look


@pytest.fixture
def newer(gateway: Gateway, order: Order) -> Order:
    """The same product, ordered by the same customer once more."""
    return make_order(gateway, order.product, order.customer, "order_RsdNewer000001")


def pay(order: Order, ends: int | None = None) -> None:
    """Paid, and open without end or until then."""
    end = at(ends) if ends else None
    Order.objects.filter(pk=order.pk).update(status="paid", amount_paid=order.amount)
    order.grants.create(
        customer=order.customer, resource=order.product.resources.all()[0], starts_at=at(T - DAY),
        covered_until=end, ends_at=end, because="paid", ended_because="period_over",
    )  # fmt: skip


def test_of_two_unpaid_ones_the_newest_is_shown(shown: Any, order: Order, newer: Order) -> None:
    assert shown(order, newer) == [False, True]


def test_one_that_razorpay_does_not_know_hides_none_that_can_be_paid(
    shown: Any, order: Order, newer: Order
) -> None:
    Order.objects.filter(pk=newer.pk).update(razorpay_order_id=None)
    assert shown(order) == [True]


def test_none_where_a_newer_one_is_paid(shown: Any, order: Order, newer: Order) -> None:
    pay(newer, ends=T - 1)
    assert shown(order) == [False], "also once it is over"


def test_none_while_an_older_one_gives_access(shown: Any, order: Order, newer: Order) -> None:
    pay(order)
    assert shown(newer) == [False]


def test_what_is_over_can_be_bought_again(shown: Any, order: Order, newer: Order) -> None:
    pay(order, ends=T - 1)
    assert shown(newer) == [True]


def test_another_product_hides_nothing(
    shown: Any, order: Order, gateway: Gateway, subscription: Subscription
) -> None:
    pay(subscription.order)
    assert shown(order) == [True]


def test_another_mode_hides_nothing(
    buyer: Client, order: Order, account: Any, product: Product
) -> None:
    live = make_order(
        make_gateway(account, "live"), product, order.customer, "order_RsdLive0000001"
    )
    pay(order)
    assert f"/pay/{live.uid}/" in buyer.get("/my/").content.decode()


def test_another_customer_hides_nothing(
    come_in: Any, buyer: Client, gateway: Gateway, order: Order
) -> None:
    other = Customer.objects.create(account=gateway.account, email="vikram@example.com")
    pay(make_order(gateway, order.product, other, "order_RsdVikram00001"))
    assert f"/pay/{order.uid}/" in buyer.get("/my/").content.decode()


@pytest.mark.parametrize(
    ("status", "hidden"), [("active", True), ("halted", True), ("cancelled", False)]
)
def test_a_subscription_that_runs_hides_an_older_one_that_was_never_begun(
    buyer: Client, gateway: Gateway, subscription: Subscription, status: str, hidden: bool
) -> None:
    Subscription.objects.update(short_url="https://rzp.io/i/start")
    order = make_order(gateway, subscription.order.product, subscription.order.customer, None)
    Subscription.objects.create(gateway=gateway, order=order, plan=subscription.plan, status=status)
    assert ("https://rzp.io/i/start" not in buyer.get("/my/").content.decode()) is hidden


def test_what_was_given_by_hand_stays_in_sight(buyer: Client, order: Order, newer: Order) -> None:
    order.grants.create(
        customer=order.customer, resource=order.product.resources.all()[0], starts_at=at(T),
        because="by_hand",
    )  # fmt: skip
    page = buyer.get("/my/").content.decode()
    assert page.count("Natural Dyeing Masterclass") == 2
