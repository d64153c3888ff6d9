"""What the buyer sees of what was decided by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from orders.models import Customer, Order, Resource
from tests.lives import DAY, T
from tests.orders.buyer.conftest import come_in
from tests.orders.by_hand.conftest import Decide

__all__ = ["come_in"]


@pytest.fixture
def ananya(come_in: Any, customer: Customer) -> Client:
    browser: Client = come_in(customer)
    return browser


@pytest.fixture
def recipes(order: Order) -> Resource:
    return order.product.resources.order_by("pk")[1]


def page(client: Client, resource: Resource) -> str:
    return client.get(f"/my/r/{resource.uid}/").content.decode()


def test_what_was_given_opens(
    ananya: Client, order: Order, recipes: Resource, account: Account, decide: Decide
) -> None:
    other = Resource.objects.create(account=account, title="Pattern book", text="Warp and weft")
    assert ananya.get(f"/my/r/{other.uid}/").status_code == 404
    decide(order, other, "given", T + DAY)
    assert "Warp and weft" in page(ananya, other)
    assert "Pattern book" in ananya.get("/my/").content.decode()
    decide(order, other, "ended")
    assert "Warp and weft" not in page(ananya, other)


def test_what_was_ended_offers_no_payment_that_would_not_open_it(
    ananya: Client, order: Order, recipes: Resource, decide: Decide
) -> None:
    pay = f'href="/pay/{order.uid}/"'
    assert pay in page(ananya, recipes)
    decide(order, recipes, "ended")
    shown = page(ananya, recipes)
    assert "Dastakari Store ended it" in shown
    assert pay not in shown
    decide(order, recipes, "undone")
    assert pay in page(ananya, recipes)
