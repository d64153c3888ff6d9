"""Meera, who sells for real, and Ananya, who buys from her: each in a browser of her own."""

from __future__ import annotations

import pytest

from tests.journeys.installation import LIVE_KEYS, Installation
from tests.journeys.shop import Shop
from tests.journeys.visitor import Visit, Visitor, browser, visit

__all__ = ["ananya", "browser", "meera", "shop", "visit"]


@pytest.fixture(scope="module")
def shop(installation: Installation) -> Shop:
    return Shop(installation, LIVE_KEYS)


@pytest.fixture(scope="module")
def meera(shop: Shop, visit: Visit) -> Visitor:
    visitor = visit()
    visitor.sign_in("meera@example.com", shop.password)
    return visitor


@pytest.fixture(scope="module")
def ananya(visit: Visit) -> Visitor:
    return visit()
