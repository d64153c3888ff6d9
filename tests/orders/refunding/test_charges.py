"""Refunds of what a subscription charged: each charge is a payment of its own."""

from __future__ import annotations

import pytest
from django.test import Client

from gateways.models import Problem
from orders.models import AccessDecision, Order, Payment, Resource
from subscriptions import periods, starting
from subscriptions.models import Subscription
from tests.api.test_subscriptions import make_circle
from tests.orders.refunding.conftest import (
    Shop,
    look_over,
    page_of,
    press,
    standing,
    text_of,
)


@pytest.fixture
def subscription(shop: Shop) -> Subscription:
    """Two charges were paid."""
    account = shop.gateway.account
    circle = make_circle(shop.gateway)
    started = starting.start(account, circle, shop.customer.email, "", "test")
    razorpay_id = started.razorpay_subscription_id
    shop.hears("subscriptions", razorpay_id, "pay", email=shop.customer.email)
    shop.hears("subscriptions", razorpay_id, "charge")
    assert paid(started) == [True, True]
    return started


@pytest.fixture
def order(subscription: Subscription) -> Order:
    return subscription.order


@pytest.fixture
def payment(order: Order) -> Payment:
    """The second charge."""
    return order.payments.order_by("-captured_at", "-pk")[0]


def paid(subscription: Subscription) -> list[bool]:
    return [cycle.is_paid for cycle in periods.of(Subscription.objects.get(pk=subscription.pk))]


def asked() -> Problem | None:
    return Problem.objects.standing().filter(kind="partial_refund").first()


def test_a_charge_that_goes_back_unpays_only_its_own_period(
    meera: Client, shop: Shop, subscription: Subscription, order: Order, payment: Payment
) -> None:
    choose = text_of(meera.get(page_of(order)))
    assert "One that goes back in full makes only its own period unpaid." in choose
    said = text_of(look_over(meera, payment, amount="499"))
    assert "The period that this charge paid becomes unpaid; other periods stay as" in said
    assert "The subscription itself goes on. If it is to stop, cancel it as well." in said
    press(meera, payment, amount="499")
    Subscription.objects.update(status="cancelled")
    first = order.payments.exclude(pk=payment.pk).get()
    assert "The subscription itself goes on" not in text_of(look_over(meera, first, amount="499"))
    assert paid(subscription) == [True, False]
    assert asked() is None
    assert standing(order)[1:] == (99800, 49900)
    assert shop.given_back(payment) == 49900


def test_a_part_of_a_charge_leaves_its_period_paid_and_may_end_an_item(
    meera: Client, subscription: Subscription, order: Order, payment: Payment
) -> None:
    (item,) = Resource.objects.filter(grants__order=order)
    said = text_of(look_over(meera, payment, amount="100", **{item.uid: "end"}))
    assert "The period that this charge paid stays paid." in said
    press(meera, payment, amount="100", **{item.uid: "end"})
    assert paid(subscription) == [True, True]
    assert AccessDecision.objects.get().kind == "ended"
    assert order.grants.get().ended_because == "ended_by_hand"
    assert asked() is None


def test_a_part_refunded_elsewhere_is_asked_about_though_the_order_is_paid(
    meera: Client, shop: Shop, order: Order, payment: Payment
) -> None:
    shop.hears("payments", payment.razorpay_payment_id, "refund", amount=100)
    assert standing(order)[0] == "paid"
    problem = asked()
    assert problem is not None
    assert problem.count == 1
    assert not order.grants.filter(ended_because="refunded").exists()
    refunds = payment.refunds.values_list("razorpay_refund_id", flat=True)
    meera.post(f"{page_of(order)}decide/", {"refund": list(refunds), "keep": "1"})
    assert asked() is None


def test_a_charge_refunded_in_full_elsewhere_asks_nothing(
    shop: Shop, subscription: Subscription, payment: Payment
) -> None:
    shop.hears("payments", payment.razorpay_payment_id, "refund")
    assert paid(subscription) == [True, False]
    assert asked() is None
