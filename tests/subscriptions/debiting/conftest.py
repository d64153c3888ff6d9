from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import Account
from orders.models import Customer
from subscriptions.models import Subscription
from tests.gateways.stand_in import Desk, connect, desk
from tests.subscriptions.debiting.stage import BEGIN, MINUTE, Stage, status

__all__ = ["desk"]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """The last of a January, so that months are seen to end."""
    with time_machine.travel(BEGIN, tick=False) as travelled:
        yield travelled


@pytest.fixture
def stage(clock: Any, desk: Desk, account: Account) -> Stage:
    """A bank that answers at once, and says why it refused; tests that need another say so."""
    desk.press("oddities", empty_errors=False)
    desk.press("debits/speed", minutes=0)
    return Stage(desk, connect(account), clock)


@pytest.fixture
def placed(stage: Stage, customer: Customer) -> Subscription:
    """Nothing is paid yet."""
    return stage.subscription(customer)


@pytest.fixture
def subscription(stage: Stage, placed: Subscription) -> Subscription:
    """By UPI: its first period is paid."""
    stage.authorise(placed, method="upi")
    return placed


@pytest.fixture
def due(stage: Stage, subscription: Subscription) -> Subscription:
    """Its second period begins this moment, and our tasks have not run yet."""
    stage.go(stage.due(subscription))
    return subscription


@pytest.fixture
def failing(stage: Stage, due: Subscription) -> Subscription:
    """The first try failed; the first re-attempt is due tomorrow."""
    stage.fails()
    stage.wait(MINUTE)
    assert status(due) == "pending"
    return due
