"""Whatever happened to an order or a subscription: rebuilt, its books are the same.

To hunt for more lives by hand:

    LIVES=500 FIRST_LIFE=1000 .venv/bin/python -m pytest tests/webhooks/rebuilding -k nobody
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from gateways.models import Gateway
from orders.models import Customer, Order
from subscriptions.models import Subscription
from tests import lives, random_lives
from tests.conftest import Razorpay, make_order, make_subscription
from tests.webhooks.rebuilding.neighbour import undone
from tests.webhooks.test_law import tell
from webhooks.rebuilding import rebuild

pytestmark = pytest.mark.timeout(600)

FIRST_LIFE = int(os.environ.get("FIRST_LIFE", "0"))
LIVES = range(FIRST_LIFE, FIRST_LIFE + int(os.environ.get("LIVES", "2")))
FRESH = datetime.fromtimestamp(lives.T + 3600, UTC)
LATER = datetime.fromtimestamp(lives.T + 20 * lives.DAY, UTC)


def differences(gateway: Gateway) -> list[str]:
    outcome = rebuild.compare(gateway.account)
    assert outcome.rows > 3
    return [str(difference) for _name, difference in outcome.differences]


def check(razorpay: Razorpay, life: lives.Life, name: str = "", seed: int = 0) -> None:
    """As it happened, looked at at once; and shuffled with a repeat, looked at later."""
    rng = random.Random(seed)
    shuffled = [*rng.sample(life, len(life)), *rng.sample(life, 1)]
    for arrival, looked_at in ((life, FRESH), (shuffled, LATER)):
        with undone():
            with time_machine.travel(FRESH, tick=False):
                tell(razorpay, arrival)
            with time_machine.travel(looked_at, tick=False):
                assert differences(razorpay.gateway) == [], (name, looked_at)


@pytest.mark.parametrize("make_life", lives.ONE_TIME, ids=lambda make: make.__name__)
def test_an_orders_life(
    razorpay: Razorpay, order: Order, make_life: Callable[[], lives.Life]
) -> None:
    check(razorpay, make_life())


@pytest.mark.parametrize("make_life", lives.RECURRING, ids=lambda make: make.__name__)
def test_a_subscriptions_life(
    razorpay: Razorpay, subscription: Subscription, make_life: Callable[[], lives.Life]
) -> None:
    check(razorpay, make_life())


def check_many(razorpay: Razorpay, make_life: Callable[[int], lives.Life]) -> None:
    for seed in LIVES:
        check(razorpay, make_life(seed), f"{make_life.__name__}({seed})", seed)


def test_orders_lives_that_nobody_thought_of(razorpay: Razorpay, order: Order) -> None:
    make_order(order.gateway, order.product, order.customer, random_lives.AGAIN)
    check_many(razorpay, random_lives.of_an_order)
    check_many(razorpay, random_lives.of_two_orders)


@pytest.mark.parametrize(
    "terms",
    [{}, {"trial_days": 7}, {"kind": "instalments", "total_count": 2}],
    ids=["subscription", "trial", "instalments"],
)
def test_a_subscriptions_life_that_nobody_thought_of(
    gateway: Gateway, customer: Customer, razorpay: Razorpay, terms: dict[str, Any]
) -> None:
    make_subscription(gateway, customer, **terms)
    check_many(razorpay, random_lives.of_a_subscription)
