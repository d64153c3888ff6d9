"""A subscription that runs at the sandbox in this process, and in our books."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import Account
from gateways.models import Gateway
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Customer, Price
from subscriptions.models import Plan, Subscription
from tests.conftest import Razorpay, make_subscription
from tests.gateways.people import meera, signed_in
from tests.gateways.stand_in import Desk, connect, desk
from tests.lives import DAY

__all__ = ["desk", "meera", "signed_in"]

EMAIL = "ananya.iyer@example.com"
MONTHLY = {"kind": "subscription", "currency": "INR", "period": "monthly", "total_count": 12}
# The rows are made by hand, so the plan is, too.
ITEM = {"name": "Weavers' Circle", "amount": 49_900, "currency": "INR"}


@pytest.fixture
def gateway(desk: Desk, account: Account) -> Gateway:
    """Meera's gateway, connected to the sandbox."""
    return connect(account)


@dataclass
class Shop:
    """What the sandbox does, told to Raseed as its webhooks tell it."""

    desk: Desk
    gateway: Gateway

    def switch(self, subscription: Subscription, name: str, **body: Any) -> None:
        """Press a switch of the sandbox; what it caused arrives."""
        path = f"subscriptions/{subscription.razorpay_subscription_id}/{name}"
        self.tell(self.desk.bodies(path, **body))

    def catch_up(self) -> None:
        """Everything that the sandbox ever sent arrives, perhaps once more."""
        self.tell(self.desk.all_events())

    def tell(self, events: list[dict[str, Any]]) -> None:
        Razorpay(self.gateway).tell(*(json.loads(event["body"]) for event in events))

    def there(self, subscription: Subscription) -> dict[str, Any]:
        """As the sandbox has it."""
        fetch = self.desk.client.subscription.fetch
        found: dict[str, Any] = fetch(subscription.razorpay_subscription_id)
        return found

    def count(self, name: str) -> int:
        """How many such events the sandbox sent: what is done twice is told twice."""
        return sum(event["type"] == name for event in self.desk.all_events())


@pytest.fixture
def shop(desk: Desk, gateway: Gateway) -> Shop:
    return Shop(desk, gateway)


@pytest.fixture
def subscription(shop: Shop, gateway: Gateway, customer: Customer) -> Subscription:
    """Waits for its buyer, here and at the sandbox."""
    plan = {"period": "monthly", "interval": 1, "item": ITEM}
    made = shop.desk.subscription(plan=plan)
    found = make_subscription(gateway, customer, made["id"])
    Plan.objects.update(razorpay_plan_id=made["plan_id"])
    Subscription.objects.update(razorpay_plan_id=made["plan_id"])
    return fresh(found)


@pytest.fixture
def running(shop: Shop, subscription: Subscription, clock: Any) -> Subscription:
    """Paid by card for its first month, five days ago."""
    shop.switch(subscription, "pay", email=EMAIL, method="card")
    clock.shift(5 * DAY)
    return fresh(subscription)


def fresh(subscription: Subscription) -> Subscription:
    """As it is now, with nothing remembered."""
    return Subscription.objects.get(pk=subscription.pk)


Sell = Callable[..., Price]


@pytest.fixture
def gold(account: Account) -> Price:
    """Another plan, which opens another resource."""
    return sell(account, "Gold", amount=99_900)


def sell(account: Account, name: str, **terms: Any) -> Price:
    product = catalogue.create_product(
        account=account,
        name=name,
        price={**MONTHLY, **terms},
        resources=[NewResource(f"{name} room", f"https://example.com/{name.lower()}")],
    )
    assert product.price
    return product.price
