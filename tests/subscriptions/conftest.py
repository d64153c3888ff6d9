from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from orders.answers import Answer, access
from subscriptions.models import Subscription
from tests.conftest import Razorpay
from tests.lives import T

Ask = Callable[..., Answer]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """An hour after the samples' time, unless a test says when."""
    with time_machine.travel(datetime.fromtimestamp(T + 3600, UTC), tick=False) as travelled:
        yield travelled


@pytest.fixture
def answer(clock: Any) -> Ask:
    """What the API says of the first resource at a time."""

    def ask(subscription: Subscription, seconds: int, resource: Any = None) -> Answer:
        clock.move_to(datetime.fromtimestamp(seconds, UTC))
        resource = resource or subscription.order.product.resources.order_by("pk")[0]
        account = subscription.gateway.account
        return access(account, "ananya.iyer@example.com", resource, "test")

    return ask


@pytest.fixture
def tell(clock: Any, razorpay: Razorpay) -> Callable[..., None]:
    """Events that arrive a minute after they happened, and in the order given."""

    def one_after_the_other(*bodies: dict[str, Any]) -> None:
        for body in bodies:
            when = body.get("created_at") or T
            clock.move_to(datetime.fromtimestamp(max(when + 60, T), UTC))
            razorpay.tell(body)

    return one_after_the_other
