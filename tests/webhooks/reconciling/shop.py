"""A shop whose buyers pay at the sandbox, and whose webhooks arrive only if a test says so."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from gateways.models import Gateway, Reconciliation
from orders import catalogue, checkout
from orders.catalogue import NewResource
from orders.models import Order, Product
from subscriptions import starting
from subscriptions.models import Subscription
from tests.subscriptions.debiting.stage import Stage
from webhooks.reconciling import runs, turns

ONCE = {"amount": 49_900, "currency": "INR"}
MONTHLY = {"kind": "subscription", "amount": 29_900, "currency": "INR", "period": "monthly",
           "total_count": 12}  # fmt: skip
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Shop:
    """One seller's gateway at the sandbox, and one clock for all."""

    stage: Stage
    made: int = 0
    products: dict[str, Product] = field(default_factory=dict)

    @property
    def gateway(self) -> Gateway:
        return self.stage.gateway

    def press(self, path: str, **body: Any) -> Any:
        return self.stage.desk.press(path, **body)

    def product(self, terms: dict[str, Any]) -> Product:
        name = f"Course {sorted(terms.items())}"[:60]
        if name not in self.products:
            opens = [NewResource(name, f"https://example.com/{len(self.products)}")]
            self.products[name] = catalogue.create_product(
                account=self.gateway.account, name=name, price=terms, resources=opens
            )
        return self.products[name]

    def email(self) -> str:
        self.made += 1
        return f"buyer{self.made}@example.com"

    def order(self) -> Order:
        """Placed at Razorpay, and not paid."""
        account, product = self.gateway.account, self.product(ONCE)
        return checkout.place(account, product, self.email(), "", self.gateway.mode)

    def pay(self, order: Order, **how: Any) -> str:
        """The payment's id."""
        return str(self.at(order, "pay", **how)["payment"]["id"])

    def at(self, order: Order, switch: str, **how: Any) -> Any:
        return self.press(f"orders/{order.razorpay_order_id}/{switch}", **how)

    def subscription(self, **terms: Any) -> Subscription:
        """Made at Razorpay, and not authenticated."""
        account, product = self.gateway.account, self.product({**MONTHLY, **terms})
        return starting.start(account, product, self.email(), "", self.gateway.mode)

    def sold(self) -> Subscription:
        """A subscription, paid once, of which everybody knows."""
        self.stage.delivers = True
        made = self.subscription()
        self.on(made, "pay")
        self.stage.hear()
        self.stage.delivers = False
        made.refresh_from_db()
        return made

    def on(self, subscription: Subscription, switch: str, **how: Any) -> Any:
        return self.press(f"subscriptions/{subscription.razorpay_subscription_id}/{switch}", **how)

    def listed(self) -> None:
        """So long that all lists show everything."""
        self.stage.go(self.stage.now + 3 * MINUTE)

    def go(self, span: timedelta) -> None:
        self.stage.go(self.stage.now + span)

    def begin(self, **options: Any) -> Reconciliation:
        now = self.stage.now
        window = {"since": now - 3 * DAY, "until": now}
        return runs.begin(self.gateway, **window | options)

    def reconcile(self, **options: Any) -> Reconciliation:
        """One run, to its end."""
        run = self.begin(**options)
        finish(run)
        return run


def finish(run: Reconciliation) -> None:
    """What the task does, without its limit of time."""
    taken = runs.take(run.pk)
    assert taken is not None
    turns.turn(taken, time.monotonic() + 600)
    run.refresh_from_db()
