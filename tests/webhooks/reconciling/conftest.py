from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import Account
from tests.gateways.stand_in import Desk, connect, desk
from tests.subscriptions.debiting.stage import Stage
from tests.webhooks.reconciling.shop import Shop

__all__ = ["desk"]

BEGIN = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(BEGIN, tick=False) as travelled:
        yield travelled


@pytest.fixture
def shop(clock: Any, desk: Desk, account: Account) -> Shop:
    """Nothing is told until a test lets it be told."""
    desk.press("debits/speed", minutes=0)
    desk.press("oddities", empty_errors=False)
    return Shop(Stage(desk, connect(account), clock, delivers=False))
