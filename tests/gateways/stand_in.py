"""The sandbox in this process, as the Razorpay that Raseed speaks to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.server import Sandbox
from tests.sandbox.desk import LIVE_KEYS, TEST_KEYS, Desk

__all__ = ["LIVE_KEYS", "TEST_KEYS", "Desk", "desk"]


@pytest.fixture
def desk(settings: Any) -> Iterator[Desk]:
    """A fresh sandbox, and a person who presses its switches."""
    with Sandbox(data=":memory:", port=0) as sandbox, requests.Session() as session:
        settings.RAZORPAY_API_URL = sandbox.url
        yield Desk(sandbox, session)
