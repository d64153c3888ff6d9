"""What only the seller can say of an order's money, told by a script."""

from __future__ import annotations

import pytest

from accounts.sellers import Seller
from gateways.models import Gateway, Problem
from orders.models import Order, Product, Resource
from tests.api.caller import Caller, problem
from tests.conftest import Razorpay, make_order
from tests.orders.odd_money.cases import came, went


def asked(kind: str) -> bool:
    return Problem.objects.standing().filter(kind=kind).exists()


@pytest.fixture
def videos(product: Product) -> Resource:
    return product.resources.get(title="Videos")


def test_money_is_said_to_be_meant_once(script: Caller, razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(came(1, 1), came(2, 60))
    assert asked("odd_money")
    response = script.post(f"orders/{order.uid}/meant", {})
    assert response.status_code == 200, response.content
    assert (response.json()["id"], response.json()["overpaid"]) == (order.uid, 49900)
    assert not asked("odd_money")
    problem(script.post(f"orders/{order.uid}/meant", {}), "nothing_asked", 409)


def test_a_refund_in_part_is_decided_item_by_item(
    script: Caller, razorpay: Razorpay, order: Order, videos: Resource
) -> None:
    razorpay.tell(came(1, 1), went(1, 60, 10000))
    assert asked("partial_refund")
    path = f"orders/{order.uid}/decide-refunds"
    problem(script.post(path, {"ends": ["res_unknown"]}), "not_of_order", 400)
    assert asked("partial_refund"), "nothing was decided"
    assert script.post(path, {"ends": [videos.uid]}).status_code == 200
    assert not asked("partial_refund")
    email = order.customer.email
    found = script.get("access", email=email, resource=videos.uid)
    assert (found["allowed"], found["because"]) == (False, "ended_by_hand")
    recipes = order.product.resources.get(title="Recipes")
    assert script.get("access", email=email, resource=recipes.uid)["allowed"]
    problem(script.post(path, {}), "nothing_asked", 409)


def test_everything_may_stay(script: Caller, razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(came(1, 1), went(1, 60, 10000))
    assert script.post(f"orders/{order.uid}/decide-refunds", {}).status_code == 200
    assert not asked("partial_refund")
    assert order.decisions.count() == 0


@pytest.mark.parametrize("verb", ["meant", "decide-refunds"])
def test_a_strangers_order_is_not_told_from_none(
    script: Caller, stranger: Seller, their_gateway: Gateway, product: Product, verb: str
) -> None:
    from orders.models import Customer

    theirs = make_order(
        their_gateway,
        product,
        Customer.objects.create(account=stranger.account, email="x@example.com"),
        "order_RsdTheirs00001",
    )
    problem(script.post(f"orders/{theirs.uid}/{verb}", {}), "not_found", 404)
