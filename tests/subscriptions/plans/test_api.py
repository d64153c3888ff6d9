"""Plans through the API: what is linked, and linking one that exists at Razorpay."""

from __future__ import annotations

import pytest

from accounts.models import Account, AuditEntry
from accounts.sellers import Seller
from gateways.models import Gateway
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Price
from subscriptions.models import Plan
from tests.api.caller import Caller, problem
from tests.api.conftest import script
from tests.subscriptions.acting.conftest import Shop
from tests.subscriptions.plans.conftest import plan_at

__all__ = ["script"]


def test_a_plan_is_recognised(script: Caller, gateway: Gateway, shop: Shop, studio: Price) -> None:
    plan_id = plan_at(shop)
    sent = {"razorpay_plan_id": plan_id, "product": studio.product.uid}
    response = script.post("plans", sent)
    assert response.status_code == 201, response.content
    made = response.json()
    assert (made["razorpay_plan_id"], made["product"]) == (plan_id, studio.product.uid)
    assert (made["in_force"], made["mode"]) == (False, "test")
    assert made["plan"]["amount"] == 99900
    (listed,) = script.get("plans", razorpay_plan_id=plan_id)["results"]
    assert listed == made
    problem(script.post("plans", sent), "not_linkable", 409)


def test_new_orders_are_made_with_it(script: Caller, shop: Shop, studio: Price) -> None:
    plan_id = plan_at(shop, amount=123_400)
    sent = {"razorpay_plan_id": plan_id, "product": studio.product.uid, "sells": True}
    made = script.post("plans", sent | {"total_count": 5}).json()
    assert made["in_force"] is True
    product = script.get(f"products/{studio.product.uid}")
    assert (product["plan"]["amount"], product["plan"]["total_count"]) == (123_400, 5)
    assert AuditEntry.objects.filter(account=studio.product.account).exists()


@pytest.mark.parametrize(
    ("wrong", "code", "status"),
    [
        ({"razorpay_plan_id": "sub_00000000000001"}, "invalid", 400),
        ({"razorpay_plan_id": "plan_00000000000001"}, "razorpay_refused", 502),
        ({"product": "prd_unknown"}, "unknown_product", 400),
        ({"mode": "live"}, "no_gateway", 409),
        ({"total_count": 0}, "min_value", 400),
        ({"sels": True}, "unknown_field", 400),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_linked(
    script: Caller, shop: Shop, studio: Price, wrong: dict[str, object], code: str, status: int
) -> None:
    sent = {"razorpay_plan_id": plan_at(shop), "product": studio.product.uid}
    before = Plan.objects.count()
    problem(script.post("plans", sent | wrong), code, status)
    assert Plan.objects.count() == before


def test_a_product_that_is_put_away_is_not_sold(script: Caller, shop: Shop, studio: Price) -> None:
    catalogue.archive(studio.product)
    sent = {"razorpay_plan_id": plan_at(shop), "product": studio.product.uid}
    problem(script.post("plans", sent | {"sells": True}), "archived", 409)


def test_a_strangers_product_is_unknown(
    script: Caller, shop: Shop, stranger: Seller, account: Account
) -> None:
    theirs = catalogue.create_product(
        account=stranger.account,
        name="Theirs",
        price={"amount": 100, "currency": "INR"},
        resources=[NewResource("Notes", text="…")],
    )
    sent = {"razorpay_plan_id": plan_at(shop), "product": theirs.uid}
    problem(script.post("plans", sent), "unknown_product", 400)
