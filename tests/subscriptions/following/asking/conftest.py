from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from orders.causes import at
from orders.models import Reattempt
from orders.recovering import due
from subscriptions.models import Subscription
from tests.lives import DAY
from tests.subscriptions.acting.conftest import (
    EMAIL,
    Shop,
    desk,
    fresh,
    gateway,
    shop,
    subscription,
)

__all__ = ["desk", "gateway", "shop", "subscription"]


@dataclass
class Renewal:
    """The second period of a subscription, whose charges fail at the sandbox. What the sandbox
    sends arrives only when a test says so."""

    shop: Shop
    subscription: Subscription
    clock: Any
    start: int

    def go(self, seconds: float) -> None:
        """To so many seconds after the period began; the sandbox does what it does by itself."""
        self.clock.move_to(at(int(self.start + seconds)))
        self.shop.desk.press("clock", seconds=1)

    def hear(self) -> None:
        """Every webhook that was sent arrives."""
        self.shop.catch_up()

    def make(self, seconds: float) -> int:
        self.go(seconds)
        return due.make()

    @property
    def rows(self) -> list[Reattempt]:
        series = self.subscription.order.reattempts.filter(cycle=self.start, n__gt=0)
        return list(series.order_by("n"))

    @property
    def states(self) -> list[str]:
        return [f"{row.state} {row.reason}".strip() for row in self.rows]

    @property
    def by_hand(self) -> list[tuple[str, str, bool]]:
        rows = self.subscription.order.reattempts.filter(cycle=self.start, n=None)
        return [(row.state, row.made_by, row.counted) for row in rows.order_by("due_at", "pk")]

    def press(self, name: str, **body: Any) -> None:
        """A switch of the sandbox; nothing of it is heard yet."""
        path = f"subscriptions/{self.subscription.razorpay_subscription_id}/{name}"
        self.shop.desk.press(path, **body)


@pytest.fixture
def method() -> dict[str, Any]:
    return {"method": "card"}


@pytest.fixture
def renewal(shop: Shop, subscription: Subscription, clock: Any, method: dict[str, Any]) -> Renewal:
    """Paid for its first month; every charge of the second one fails."""
    shop.switch(subscription, "pay", email=EMAIL, **method)
    found = fresh(subscription)
    renewal = Renewal(shop, found, clock, found.current_end or 0)
    renewal.press("fail-next", n=9)
    clock.move_to(at(renewal.start - DAY))
    return renewal
