"""Killed at every single step: one order, one thing that can be paid."""

from __future__ import annotations

from typing import Any

import pytest

from orders import expiring
from orders.linking import known_as
from orders.models import Order
from subscriptions import twins
from tests.killing import Process, at_every_step, process
from tests.subscriptions.twins.conftest import Buy
from tests.subscriptions.twins.purchases import (
    MONTHLY,
    ONCE,
    PAYABLE,
    ByForm,
    ByScript,
    Shop,
    WithoutAKey,
)

# Real transactions: what was not committed when the process ended is rolled back.
pytestmark = [
    pytest.mark.embedded,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]


@pytest.mark.parametrize("terms", [ONCE, MONTHLY], ids=["once", "monthly"])
def test_whoever_tries_again_buys_once(buy: Buy, terms: dict[str, Any]) -> None:
    def life(last: int) -> Process:
        purchase = buy(**terms)
        with process(last) as run:
            purchase.press()
        purchase.go_on()
        purchase.check()
        return run

    assert len(at_every_step(life)) > 6


def test_the_second_try_too(shop: Shop, slow_lists: None) -> None:
    """The first answer was lost, and Razorpay's list showed nothing for ten minutes."""

    def life(last: int) -> Process:
        purchase = ByForm(shop, last, MONTHLY)
        shop.lose()
        purchase.press()
        shop.wait(10)
        with process(last) as run:
            purchase.press()
        purchase.go_on()
        made = len(shop.subscriptions_of(purchase.order))
        assert made <= 2
        purchase.check(made)
        return run

    assert len(at_every_step(life)) > 5


def test_whoever_cancels_a_twin_too(shop: Shop, slow_lists: None) -> None:
    def life(last: int) -> Process:
        purchase = ByScript(shop, last, MONTHLY)
        shop.lose()
        purchase.press()
        shop.wait(10)
        purchase.press()
        shop.clock.shift(16 * 60)
        with process(last) as run:
            twins.look()
        purchase.go_on()
        purchase.check(made=2)
        return run

    assert len(at_every_step(life)) > 5


@pytest.mark.parametrize("terms", [ONCE, MONTHLY], ids=["once", "monthly"])
def test_what_nobody_was_told_of_is_not_for_sale(shop: Shop, terms: dict[str, Any]) -> None:
    """Without a key the next request is another purchase. So nothing of this one can be paid,
    unless it was there already and only the answer to the script was missing."""

    def life(last: int) -> Process:
        purchase = WithoutAKey(shop, last, terms)
        with process(last) as run:
            purchase.press()
        unknown = [o for o in Order.objects.filter(product=purchase.product) if not known_as(o)]
        shop.wait(5)
        expiring.expire()
        for order in unknown:
            assert "This order has expired" in purchase.pay_page(order)
            there = shop.subscriptions_of(order)
            assert not [doc for doc in there if doc["status"] in PAYABLE]
        return run

    assert len(at_every_step(life)) > 6
