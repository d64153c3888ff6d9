from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from orders.models import Customer, Product
from tests.gateways.stand_in import Desk, connect, desk
from tests.orders.looking_up.stage import Stage

__all__ = ["desk"]


@pytest.fixture
def stage(clock: Any, desk: Desk, account: Account, product: Product, customer: Customer) -> Stage:
    """A shop at the sandbox, of which no webhook ever arrives unless a test tells it."""
    return Stage(clock, desk, connect(account), product, customer)
