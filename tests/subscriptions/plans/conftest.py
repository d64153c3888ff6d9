"""A plan that the seller made at Razorpay, and a subscription that was moved to it there."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from orders.models import Price, Product
from subscriptions.models import Subscription
from tests.subscriptions.acting.conftest import (
    Shop,
    desk,
    fresh,
    gateway,
    meera,
    running,
    sell,
    shop,
    signed_in,
    subscription,
)

__all__ = ["desk", "gateway", "meera", "running", "shop", "signed_in", "subscription"]

LINK = "/subscriptions/plans/link/"


def plan_at(shop: Shop, **fields: Any) -> str:
    """Make a plan at the sandbox, as a seller does in Razorpay's dashboard; its id."""
    item = {"name": "Studio", "amount": 99_900, "currency": "INR"}
    item |= {name: fields.pop(name) for name in list(fields) if name in item}
    terms = {"period": "monthly", "interval": 1, "item": item} | fields
    return str(shop.desk.client.plan.create(terms)["id"])


@pytest.fixture
def studio(account: Account) -> Price:
    """What the plan pays for: a product with a room of its own, at another price."""
    return sell(account, "Studio", amount=79_900, total_count=24)


@pytest.fixture
def plan_id(shop: Shop) -> str:
    return plan_at(shop)


@pytest.fixture
def moved(shop: Shop, running: Subscription, plan_id: str) -> Subscription:
    """Moved to the plan in Razorpay's dashboard, at once."""
    edit = shop.desk.client.subscription.edit
    edit(running.razorpay_subscription_id, {"plan_id": plan_id, "schedule_change_at": "now"})
    shop.catch_up()
    return fresh(running)


def address(plan_id: str, product: Product, mode: str = "test") -> str:
    return f"{LINK}?plan={plan_id}&mode={mode}&product={product.uid}"
