"""The cast and the stage: a seller, her gateway, a stranger, and a Razorpay that really signs."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.utils import translation

from accounts import sellers
from accounts.models import Account, User
from accounts.sellers import Seller
from config import garbage
from gateways.models import Gateway, WebhookSecret
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Customer, Order, Product
from subscriptions.models import Plan, Subscription
from tests.samples import as_bytes
from tests.scripts import Api
from webhooks import doorbell, doors, sightings, work

KEY_SECRET = "sandbox-secret-of-the-key"


def delete_all(
    self: DatabaseOperations, style: Any, tables: list[str], **options: Any
) -> list[str]:
    """How a test that commits is cleaned up. TRUNCATE makes a new file for each table and index,
    which takes over a second; all foreign keys are checked at the end of the transaction."""
    return [f"DELETE FROM {self.quote_name(table)};" for table in tables]


DatabaseOperations.sql_flush = delete_all  # type: ignore[assignment]

# `./dev test` tells the stories of these once: these on SQLite, those on PostgreSQL. All others say
# more on the second database, as does what is marked postgres, and are told there too.
EMBEDDED = """
    accounts admin api commands config gateways law orders/buyer orders/declining orders/forms
    orders/looking_up orders/people orders/products orders/recovery orders/sales
    subscriptions/debiting subscriptions/mending subscriptions/pages webhooks/keeping
    webhooks/rebuilding webhooks/reconciling
"""
SERVED = """
    orders/by_hand orders/odd_money orders/paying orders/recovering orders/refunding orders/refusing
    orders/test_both_ends.py orders/test_mails_of_many_failures.py orders/test_payments.py
    orders/test_reattempts.py orders/test_refunds.py
    subscriptions/acting subscriptions/following subscriptions/overdue subscriptions/plans
    subscriptions/selling subscriptions/twins
    subscriptions/test_access.py subscriptions/test_cycles.py subscriptions/test_good_news.py
    subscriptions/test_lifecycle.py subscriptions/test_mails.py subscriptions/test_reattempts.py
    subscriptions/test_starting.py
    webhooks/test_assigning.py webhooks/test_events.py webhooks/test_pages.py
    webhooks/test_parking.py webhooks/test_recurring_events.py webhooks/test_taking_back.py
"""
TOLD_ONCE = {
    Path(__file__).parent / place: mark
    for places, mark in ((EMBEDDED, pytest.mark.embedded), (SERVED, pytest.mark.served))
    for place in places.split()
}


# Journeys are the longest of all: one among so many other files, so that none is left for the end.
APART = 25


def pytest_collection_finish() -> None:
    """As web and worker do; it is a tenth of the time of a run."""
    garbage.look_rarely()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark before tests are chosen by their marks, and sort when all others have sorted."""
    mark(items)
    yield
    files = dict.fromkeys(item.path for item in items)
    journeys = [path for path in files if "journeys" in path.parts]
    others = [path for path in files if path not in journeys]
    place = {path: float(number) for number, path in enumerate(others)}
    place |= {path: number * APART - 0.5 for number, path in enumerate(journeys)}
    items.sort(key=lambda item: place[item.path])


def mark(items: list[pytest.Item]) -> None:
    """`./dev test` chooses by these marks; pytest by itself may be on SQLite."""
    reason = pytest.mark.skip(reason="SQLite has one writer: ./dev test --only postgres")
    for item in items:
        if item.get_closest_marker("postgres"):
            if connection.vendor != "postgresql":
                item.add_marker(reason)
        elif not says_where(item):
            for place in TOLD_ONCE.keys() & {item.path, *item.path.parents}:
                item.add_marker(TOLD_ONCE[place])


def says_where(item: pytest.Item) -> bool:
    """A test's own mark comes before its folder's: with both it would be told nowhere."""
    return any(item.get_closest_marker(name) for name in ("embedded", "served"))


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    """What a process remembers does not outlive a test, nor the language it spoke."""
    translation.activate("en")
    doors.remembered.clear()
    sightings.noted.clear()
    yield
    doors.remembered.clear()


@pytest.fixture(autouse=True)
def rings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The doorbell is counted instead of sent: tests work the inbox themselves."""
    heard: list[int] = []
    monkeypatch.setattr(doorbell, "ring", lambda: heard.append(1))
    return heard


@pytest.fixture
def seller(db: None) -> Seller:
    """Meera, who owns Dastakari Store."""
    return sellers.create(
        email="meera@example.com", business="Dastakari Store", password="pw", name="Meera Joshi"
    )


@pytest.fixture
def account(seller: Seller) -> Account:
    return seller.account


@pytest.fixture
def owner(seller: Seller) -> User:
    return seller.user


@pytest.fixture
def stranger(db: None) -> Seller:
    """Somebody with another business on the same installation."""
    return sellers.create(
        email="charlie@example.com", business="Elsewhere", password="pw", name="Charlie"
    )


def make_gateway(account: Account, mode: str = "test") -> Gateway:
    gateway = Gateway.objects.create(
        account=account,
        mode=mode,
        key_id=f"rzp_{mode}_{uuid.uuid4().hex[:14]}",
        key_secret=KEY_SECRET,
    )
    WebhookSecret.objects.create(gateway=gateway)
    return gateway


@pytest.fixture
def gateway(account: Account) -> Gateway:
    return make_gateway(account)


@pytest.fixture
def their_gateway(stranger: Seller) -> Gateway:
    return make_gateway(stranger.account)


@pytest.fixture
def product(account: Account) -> Product:
    """A course that is paid once and opens two resources."""
    return catalogue.create_product(
        account=account,
        name="Natural Dyeing Masterclass",
        price={"amount": 49900, "currency": "INR"},
        resources=[
            NewResource("Videos", "https://example.com/v"),
            NewResource("Recipes", text="…"),
        ],
    )


@pytest.fixture
def customer(account: Account) -> Customer:
    return Customer.objects.create(
        account=account, email="ananya.iyer@example.com", name="Ananya Iyer"
    )


def make_order(
    gateway: Gateway, product: Product, customer: Customer, razorpay_id: str | None, **fields: Any
) -> Order:
    price = product.price
    assert price is not None
    return Order.objects.create(
        gateway=gateway,
        customer=customer,
        product=product,
        price=price,
        amount=price.amount,
        currency=price.currency,
        razorpay_order_id=razorpay_id,
        **fields,
    )


@pytest.fixture
def order(gateway: Gateway, product: Product, customer: Customer) -> Order:
    """An order that Razorpay knows as in the samples."""
    return make_order(gateway, product, customer, "order_RsdOrder000001")


def make_subscription(
    gateway: Gateway, customer: Customer, razorpay_id: str = "sub_RsdSubscr00001", **price: Any
) -> Subscription:
    terms = {
        "kind": "subscription", "amount": 49900, "currency": "INR", "period": "monthly",
        "total_count": 12,
    }  # fmt: skip
    product = catalogue.create_product(
        account=gateway.account,
        name="Weavers' Circle",
        price={**terms, **price},
        resources=[NewResource("Circle", "https://example.com/c")],
    )
    order = make_order(gateway, product, customer, None)
    plan = Plan.objects.create(
        gateway=gateway, price=order.price, razorpay_plan_id="plan_RsdPlan000001"
    )
    return Subscription.objects.create(
        gateway=gateway,
        order=order,
        plan=plan,
        razorpay_subscription_id=razorpay_id,
        razorpay_plan_id=plan.razorpay_plan_id or "",
    )


@pytest.fixture
def subscription(gateway: Gateway, customer: Customer) -> Subscription:
    return make_subscription(gateway, customer)


def sign(body: bytes, secret: str) -> str:
    """Razorpay's signature, by the standard library and not by our own code."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass
class Razorpay:
    """Posts signed events to a gateway's webhook URL, as Razorpay does."""

    gateway: Gateway
    client: Client = field(default_factory=Client)

    def post(
        self, body: dict[str, Any] | bytes, *, event_id: str | None = None, **headers: str
    ) -> Any:
        raw = as_bytes(body)
        secret = self.gateway.webhook_secrets.order_by("-pk")[0].secret
        sent = {
            "X-Razorpay-Signature": sign(raw, secret),
            "x-razorpay-event-id": event_id or uuid.uuid4().hex[:14],
            **headers,
        }
        return self.client.post(
            f"/webhooks/razorpay/{self.gateway.token}/",
            data=raw,
            content_type="application/json",
            headers=sent,
        )

    def tell(self, *bodies: dict[str, Any]) -> None:
        """Post each and apply it before the next."""
        for body in bodies:
            assert self.post(body).status_code == 200
            work.work()


@pytest.fixture
def razorpay(gateway: Gateway) -> Razorpay:
    return Razorpay(gateway)


@pytest.fixture
def api(seller: Seller) -> Api:
    return Api(seller.api_token)
