"""What the tests of this room share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from accounts.models import Account
from accounts.sellers import Seller
from gateways.models import Gateway
from tests.api.caller import Caller
from tests.gateways.stand_in import Desk, connect, desk
from tests.lives import T

__all__ = ["desk"]


@pytest.fixture
def script(seller: Seller) -> Caller:
    """Meera's script."""
    return Caller(seller.api_token)


@pytest.fixture
def their_script(stranger: Seller) -> Caller:
    """The script of somebody with another business."""
    return Caller(stranger.api_token)


@pytest.fixture
def connected(desk: Desk, account: Account) -> Gateway:
    """Meera's gateway, connected to the sandbox in this process."""
    return connect(account)


@pytest.fixture
def that_day() -> Iterator[None]:
    """An hour after the samples' own time, so that what they tell is news."""
    with time_machine.travel(datetime.fromtimestamp(T + 3600, UTC), tick=False):
        yield
