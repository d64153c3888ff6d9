"""A plan that Raseed charges itself, and a wire on which Razorpay answers as a test says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import responses
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import Account
from gateways.models import Gateway
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Product
from subscriptions import starting
from subscriptions.models import Subscription
from tests.gateways.stand_in import Desk, connect, desk
from tests.subscriptions.selling.buyers import Buyer

__all__ = ["desk"]

V1 = f"{settings.RAZORPAY_API_URL}/v1"
CUSTOMERS, ORDERS = f"{V1}/customers", f"{V1}/orders"
TERMS = {
    "kind": "subscription", "amount": 49900, "currency": "INR", "period": "monthly",
    "total_count": 12, "charged_by": "raseed",
}  # fmt: skip
CUSTOMER = "cust_RsdCustom0001"
EMAIL = "ananya.iyer@example.com"


def make(gateway: Gateway, **terms: Any) -> Product:
    return catalogue.create_product(
        account=gateway.account,
        name="Weavers' Circle",
        price={**TERMS, **terms},
        resources=[NewResource("Circle", "https://example.com/c")],
    )


def order_answer(request: Any) -> tuple[int, dict[str, str], str]:
    """As Razorpay does with `unique_receipt`: one order for each receipt."""
    receipt = json.loads(request.body)["receipt"]
    return 200, {}, json.dumps({"id": f"order_{receipt[-14:]}", "status": "created"})


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(CUSTOMERS, json={"id": CUSTOMER})
        mock.add_callback(responses.POST, ORDERS, order_answer, content_type="application/json")
        yield mock


@pytest.fixture
def circle(gateway: Gateway) -> Product:
    return make(gateway)


def start(product: Product, email: str = EMAIL) -> Subscription:
    return starting.start(product.account, product, email, "Ananya", None)


def sent(wire: responses.RequestsMock, url: str) -> list[dict[str, Any]]:
    """What was posted to an address."""
    posted = [call.request for call in wire.calls if call.request.url == url]
    return [json.loads(request.body or "{}") for request in posted if request.method == "POST"]


@pytest.fixture(autouse=True)
def _nothing_was_asked() -> None:
    cache.clear()


@pytest.fixture
def connected(desk: Desk, account: Account) -> Gateway:
    """Meera's gateway, connected to the sandbox."""
    return connect(account)


@pytest.fixture
def ananya(desk: Desk, connected: Gateway) -> Buyer:
    """Has ordered a plan that Raseed charges, and paid nothing yet."""
    return Buyer(start(make(connected)), desk, connected, Client(enforce_csrf_checks=True))
