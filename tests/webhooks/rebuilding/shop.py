"""A shop with several buyers, whose orders have lives of their own."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import time_machine

from gateways.models import Gateway
from orders.models import Customer, Order, Product
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay, make_order, make_subscription
from tests.lives import Life
from tests.webhooks.test_law import tell

FRESH = datetime.fromtimestamp(lives.T + 3600, UTC)


def of_number(number: int, life: Life) -> Life:
    """The same life under other ids of Razorpay's; whose account it is stays."""
    said = re.sub(r"(?<!acc_)(?<!plan_)Rsd", f"R{number:02}", json.dumps(life))
    return json.loads(said)  # type: ignore[no-any-return]


class Shop:
    """Buyers come one after the other; the number is in their ids."""

    def __init__(self, gateway: Gateway, product: Product) -> None:
        self.gateway, self.product, self.number = gateway, product, 0

    def buyer(self) -> Customer:
        self.number += 1
        email = f"buyer{self.number}@example.com"
        return Customer.objects.create(account=self.gateway.account, email=email)

    def sell(self, life: Life, **fields: Any) -> Order:
        """An order that is paid once, of a new buyer."""
        buyer = self.buyer()
        order = self.another(buyer, "Order000001", **fields)
        self.tell(life)
        return order

    def another(self, buyer: Customer, name: str, **fields: Any) -> Order:
        """An order of a buyer who is there."""
        razorpay_id = f"order_R{self.number:02}{name}"
        return make_order(self.gateway, self.product, buyer, razorpay_id, **fields)

    def subscribe(self, life: Life) -> Order:
        """An order that a subscription pays, of a new buyer."""
        buyer, name = self.buyer(), f"sub_R{self.number:02}Subscr00001"
        plan = self.gateway.plans.first()
        if plan is None:
            order = make_subscription(self.gateway, buyer, name).order
        else:
            order = make_order(self.gateway, plan.price.product, buyer, None)
            Subscription.objects.create(
                gateway=self.gateway,
                order=order,
                plan=plan,
                razorpay_subscription_id=name,
                razorpay_plan_id=plan.razorpay_plan_id or "",
            )
        self.tell(life)
        return order

    def tell(self, life: Life) -> None:
        with time_machine.travel(FRESH, tick=False):
            tell(Razorpay(self.gateway), of_number(self.number, life))
