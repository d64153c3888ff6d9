"""The sandbox in this process, as the Razorpay that Raseed speaks to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from accounts.models import Account
from gateways import connecting
from gateways.checking import NotConnected
from gateways.models import Gateway
from sandbox.server import Sandbox
from tests.sandbox.desk import LIVE_KEYS, TEST_KEYS, Desk

__all__ = ["LIVE_KEYS", "TEST_KEYS", "WRONG", "Desk", "desk"]

WRONG = (TEST_KEYS[0], "not-the-secret")

# switch: (which field is mended, words of the summary, words of the mend)
FAILURES = {
    "401": ("key_secret", "refused these keys", "Authentication failed"),
    "429": ("key_id", "could not be checked", "slow down"),
    "500": ("key_id", "could not be checked", "cannot be reached"),
    "502": ("key_id", "could not be checked", "cannot be reached"),
    "lost": ("key_id", "could not be checked", "cannot be reached"),
    "junk": ("key_id", "could not be checked", "cannot be reached"),
}


@pytest.fixture
def desk(settings: Any) -> Iterator[Desk]:
    """A fresh sandbox, and a person who presses its switches."""
    with Sandbox(data=":memory:", port=0) as sandbox, requests.Session() as session:
        settings.RAZORPAY_API_URL = sandbox.url
        yield Desk(sandbox, session)


def connect(account: Account, keys: tuple[str, str] = TEST_KEYS) -> Gateway:
    return connecting.connect(account, *keys, user=None)


def refusal(account: Account, keys: tuple[str, str] = TEST_KEYS) -> NotConnected:
    """Why keys were not connected."""
    with pytest.raises(NotConnected) as caught:
        connect(account, keys)
    return caught.value


def not_replaced(gateway: Gateway, keys: tuple[str, str]) -> NotConnected:
    """Why keys were not replaced; and they were not."""
    before = gateway.key_id, gateway.key_secret
    with pytest.raises(NotConnected) as caught:
        connecting.replace_keys(gateway, *keys, user=None)
    gateway.refresh_from_db()
    assert (gateway.key_id, gateway.key_secret) == before
    return caught.value


def other_keys(desk: Desk, account: str | None = None, mode: str = "test") -> tuple[str, str]:
    """Fresh keys: of another Razorpay account, or of the one named."""
    made = desk.press("keys", mode=mode, **({"account": account} if account else {}))
    return made["key_id"], made["key_secret"]


def with_a_witness(desk: Desk, account: Account) -> Gateway:
    desk.order()
    desk.wait_out_the_lag()
    gateway = connect(account)
    assert gateway.witness
    return gateway
