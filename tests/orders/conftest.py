from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from orders.models import Order
from tests.lives import DAY, T


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """An hour after the samples' time, unless a test says when."""
    with time_machine.travel(datetime.fromtimestamp(T + 3600, UTC), tick=False) as travelled:
        yield travelled


@pytest.fixture
def order(order: Order) -> Order:
    """Placed a minute before the samples' first payment."""
    order.created_at = datetime.fromtimestamp(T - 60, UTC)
    order.expires_at = datetime.fromtimestamp(T - 60 + 30 * DAY, UTC)
    order.save()
    return order
