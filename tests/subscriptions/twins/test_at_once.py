"""What only a database with real locks can show: two tabs, two processes, one order."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache

from orders import checkout
from orders.checkout import NotYet
from orders.models import Order, Price
from subscriptions import adopting, doubts, plans
from subscriptions.models import Doubt, Subscription
from tests.subscriptions.twins.conftest import Buy
from tests.subscriptions.twins.purchases import MONTHLY, ONCE, ByScript, Purchase, Shop
from tests.webhooks.test_concurrency import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("terms", [ONCE, MONTHLY], ids=["once", "monthly"])
def test_two_who_send_the_same_at_the_same_instant_make_one_order(
    buy: Buy, shop: Shop, terms: dict[str, Any]
) -> None:
    for _round in range(20):
        cache.clear()
        purchase = buy(**terms)
        if terms is MONTHLY:  # the plan is there, so that both come as far as the subscription
            plans.ensure(shop.gateway, price_of(purchase))
        at_once(purchase.press, purchase.press)
        purchase.press()
        purchase.check(made=1)


def price_of(purchase: Purchase) -> Price:
    price = purchase.product.price
    assert price is not None
    return price


def test_two_processes_at_one_subscription_make_one_call(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if each believed that it was its turn, and that there was nothing in doubt."""
    monkeypatch.setattr("orders.checkout.once.turn", NoTurn)
    meet, begin = threading.Barrier(2), doubts.begin

    def both_begin(subscription: Subscription, seen: list[Doubt]) -> Doubt | None:
        meet.wait(10)
        return begin(subscription, seen)

    monkeypatch.setattr(doubts, "begin", both_begin)
    for number in range(5):
        script = ByScript(shop, number, MONTHLY)
        plans.ensure(shop.gateway, price_of(script))
        order = checkout.draft(shop.gateway.account, script.product, script.email, "", None)

        def complete(pk: int = order.pk) -> str:
            try:
                checkout.complete(Order.objects.get(pk=pk))
            except NotYet as error:
                return error.code
            return "made"

        assert sorted(at_once(complete, complete)) == ["being_placed", "made"]
        assert len(shop.subscriptions_of(order)) == 1


class NoTurn:
    def __init__(self, _order: Order) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *_error: object) -> None: ...


def test_adopting_and_answering_at_once_leaves_one_of_them(shop: Shop) -> None:
    """The list shows the first while the answer that names the second is being written down."""
    for number in range(10):
        script = ByScript(shop, number, MONTHLY)
        order = checkout.draft(shop.gateway.account, script.product, script.email, "", None)
        subscription = order.subscription
        first = Doubt.objects.create(subscription=subscription)
        second = Doubt.objects.create(subscription=subscription)

        fresh = Subscription.objects.select_related("order__gateway", "plan", "gateway").get
        listed, made = {"id": f"sub_Listed{number:08}"}, {"id": f"sub_Answer{number:08}"}
        at_once(
            partial(adopting.listed, fresh(pk=subscription.pk), listed),
            partial(adopting.answered, fresh(pk=subscription.pk), made, second),
        )
        own = fresh(pk=subscription.pk).razorpay_subscription_id
        twin = ({listed["id"], made["id"]} - {own}).pop()
        assert own in {listed["id"], made["id"]}
        rows = Doubt.objects.filter(pk__in=[first.pk, second.pk])
        standing = rows.get(settled_at=None)
        assert standing.razorpay_subscription_id == twin
