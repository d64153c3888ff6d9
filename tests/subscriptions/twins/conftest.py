"""A shop in live mode, and the sandbox in Razorpay's place, whose lists lag two minutes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import Account
from accounts.sellers import Seller
from gateways.models import Gateway
from tests.gateways.stand_in import LIVE_KEYS, Desk, connect, desk
from tests.subscriptions.twins.purchases import ByForm, ByScript, Purchase, Shop

__all__ = ["desk"]

Buy = Callable[[], Purchase]


@pytest.fixture(autouse=True)
def _nothing_was_asked() -> None:
    cache.clear()


@pytest.fixture
def live(desk: Desk, account: Account) -> Gateway:
    return connect(account, LIVE_KEYS)


@pytest.fixture
def shop(desk: Desk, live: Gateway, seller: Seller, clock: Any) -> Shop:
    """Its buyers may open what they bought as soon as the form is sent."""
    live.account.access_on_form = True
    live.account.save()
    return Shop(live, desk, seller.api_token, clock)


@pytest.fixture
def slow_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Razorpay's lists know nothing of the last quarter of an hour."""
    monkeypatch.setattr("sandbox.api.call.LAG", 15 * 60)


@pytest.fixture(params=[ByForm, ByScript], ids=["form", "script with a key"])
def buy(request: pytest.FixtureRequest, shop: Shop) -> Callable[..., Purchase]:
    """Somebody buys a new product; each time another buyer, another product."""
    number = itertools.count()

    def purchase(**terms: Any) -> Purchase:
        made: Purchase = request.param(shop, next(number), terms)
        return made

    return purchase
