"""Asking Razorpay about an order while its buyer waits."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from gateways.razorpay.client import Razorpay as Api
from orders import asking
from orders.causes import at
from subscriptions.models import Subscription
from tests.conftest import Razorpay
from tests.lives import T
from tests.samples import sample


@pytest.fixture(autouse=True)
def _nothing_was_asked() -> None:
    cache.clear()


def test_an_answer_is_as_old_as_the_question(
    razorpay: Razorpay, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Razorpay tells while the answer is under way, or waits to be merged, is newer."""
    charged = sample("subscription.charged")
    razorpay.tell(charged)
    with time_machine.travel(at(T + 3600), tick=False) as clock:

        def stale(_api: Api, _name: str) -> dict[str, Any]:
            clock.shift(1)
            razorpay.tell(sample("subscription.paused", created_at=T + 3601))
            clock.shift(2)
            entity: dict[str, Any] = charged["payload"]["subscription"]["entity"]
            return entity

        monkeypatch.setattr(Api, "subscription", stale)
        assert asking.about(subscription.order)
    subscription.refresh_from_db()
    assert subscription.status == "paused"
