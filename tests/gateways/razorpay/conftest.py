"""A Razorpay made of canned answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from tests.gateways.razorpay.failing import API


@pytest.fixture(autouse=True)
def _elsewhere(settings: Any) -> None:
    settings.RAZORPAY_API_URL = API


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
