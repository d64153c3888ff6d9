from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateways.models import LookUp
from orders.looking_up import due
from sandbox import timetable
from subscriptions import overdue
from subscriptions.models import Subscription
from tests.subscriptions.acting.conftest import EMAIL, Shop, desk, fresh, gateway, shop
from tests.subscriptions.acting.conftest import subscription as placed

__all__ = ["desk", "gateway", "placed", "shop"]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Stage:
    """A subscription at the sandbox. What the sandbox sends arrives only when a test says so."""

    shop: Shop
    subscription: Subscription
    clock: Any

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def go(self, to: datetime) -> None:
        """Both clocks; the sandbox charges what falls due on the way."""
        world = self.shop.desk.sandbox.world
        timetable.march(world, to.timestamp())
        world.clock.offset = 0.0
        self.clock.move_to(to)

    def work(self, after: timedelta) -> int:
        """So long after the charge was due: what beat does."""
        self.go(self.charge_at + after)
        overdue.ask_about()
        return due.work_off()

    @property
    def charge_at(self) -> datetime:
        return datetime.fromtimestamp(self.start, UTC)

    def begin(self, **method: Any) -> None:
        """It is paid for its first month, and that was heard."""
        self.shop.switch(self.subscription, "pay", email=EMAIL, **method)
        self.refresh()
        self.start = self.subscription.charge_at or 0

    def refresh(self) -> Subscription:
        self.subscription = fresh(self.subscription)
        return self.subscription

    @property
    def row(self) -> LookUp:
        return LookUp.objects.get(why="overdue_charge")

    start: int = 0


@pytest.fixture
def unheard(shop: Shop, placed: Subscription, clock: Any) -> Stage:
    """It waits for its buyer; one clock for both."""
    stage = Stage(shop, placed, clock)
    stage.go(stage.now)
    return stage


@pytest.fixture
def stage(unheard: Stage) -> Stage:
    unheard.begin(method="card")
    return unheard
