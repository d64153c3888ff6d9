"""For any set of events, every order of arrival, with any duplicates, ends in the same books; and
replaying the whole inbox changes nothing.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction

from gateways.models import Gateway
from orders.models import Order
from subscriptions.models import Subscription
from tests import books, lives
from tests.conftest import Razorpay, make_subscription
from webhooks import replay, work
from webhooks.models import Event

MOST_ORDERS = 20
# When the last event of a life is fresh news, and when all of it is old.
FRESH = datetime.fromtimestamp(lives.T + 3600, UTC)
OLD = datetime.fromtimestamp(lives.T + 400 * lives.DAY, UTC)

MakeLife = Callable[[], lives.Life]


class Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside never happened."""
    with suppress(Undo), transaction.atomic():
        yield
        raise Undo


def orders_of_arrival(life: lives.Life) -> Iterator[list[dict[str, Any]]]:
    """Every order for short lives, a seeded choice for long ones; each with some repeats."""
    rng = random.Random(len(life))
    every = list(itertools.permutations(life))
    for order in rng.sample(every, min(MOST_ORDERS, len(every))):
        yield [*order, *rng.sample(life, 2)]


def check(razorpay: Razorpay, life: lives.Life, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        expected = None
        for arrival in [life, *orders_of_arrival(life)]:
            with undone():
                razorpay.tell(*arrival)
                found = books.of(razorpay.gateway)
                expected = expected or found
                assert found == expected, [body["event"] for body in arrival]
                replay.replay(Event.objects.all())
                work.work()
                assert books.of(razorpay.gateway) == expected, "a replay changed the books"


@pytest.mark.parametrize("now", [FRESH, OLD], ids=["fresh", "old"])
@pytest.mark.parametrize("make_life", lives.ONE_TIME, ids=lambda make: make.__name__)
def test_orders_do_not_depend_on_arrival(
    razorpay: Razorpay, order: Order, make_life: MakeLife, now: datetime
) -> None:
    Order.objects.update(
        created_at=datetime.fromtimestamp(lives.T - 60, UTC),
        expires_at=datetime.fromtimestamp(lives.T + 30 * lives.DAY, UTC),
    )
    check(razorpay, make_life(), now)


@pytest.mark.parametrize("make_life", lives.RECURRING, ids=lambda make: make.__name__)
def test_subscriptions_do_not_depend_on_arrival(
    razorpay: Razorpay, subscription: Subscription, make_life: MakeLife
) -> None:
    check(razorpay, make_life(), FRESH)


@pytest.mark.parametrize("kind", ["subscription", "instalments"])
def test_a_trial_does_not_depend_on_arrival(
    gateway: Gateway, customer: Any, razorpay: Razorpay, kind: str
) -> None:
    make_subscription(gateway, customer, kind=kind, trial_days=7, total_count=2)
    check(razorpay, lives.trial_then_charged_then_cancelled(), FRESH)
