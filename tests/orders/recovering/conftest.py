from __future__ import annotations

from typing import Any

import pytest

from orders.models import Order
from tests.conftest import Razorpay
from tests.orders.recovering.stage import Stage, connect


@pytest.fixture
def stage(clock: Any, razorpay: Razorpay, order: Order, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return connect(monkeypatch, Stage(clock, razorpay, order))
