from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.sellers import Seller
from gateways.models import Gateway
from orders import catalogue, visiting
from orders.catalogue import NewResource
from orders.models import Customer, Order, Product
from tests.conftest import make_order

LINK = re.compile(rf"^{re.escape(settings.PUBLIC_URL)}(/my/open/\S+)$", re.M)


@pytest.fixture(autouse=True)
def _mails_go_out_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In production another thread sends them."""
    monkeypatch.setattr(visiting, "mail_later", visiting.mail_links)
    cache.clear()
    yield
    cache.clear()


def mailed() -> list[str]:
    """The addresses of all links that were mailed."""
    return [path for message in mail.outbox for path in LINK.findall(str(message.body))]


def path_for(customer: Customer) -> str:
    return urlsplit(visiting.make(customer)).path


@pytest.fixture
def come_in() -> Callable[..., Client]:
    """A browser in which this customer has opened a link."""

    def open_link(customer: Customer, client: Client | None = None) -> Client:
        browser = client or Client()
        answer = browser.post(path_for(customer))
        assert answer["Location"] == "/my/"
        return browser

    return open_link


@pytest.fixture
def buyer(customer: Customer, come_in: Any) -> Client:
    """Ananya's browser."""
    browser: Client = come_in(customer)
    return browser


@pytest.fixture
def their_product(stranger: Seller) -> Product:
    return catalogue.create_product(
        account=stranger.account,
        name="Pottery at Elsewhere",
        price={"amount": 12300, "currency": "INR"},
        resources=[NewResource("Clay notes", text="secret of the clay")],
    )


@pytest.fixture
def same_email(stranger: Seller) -> Customer:
    """Ananya once more, as a customer of another business on this installation."""
    return Customer.objects.create(
        account=stranger.account, email="ananya.iyer@example.com", name="Ananya"
    )


@pytest.fixture
def their_order(their_gateway: Gateway, their_product: Product, same_email: Customer) -> Order:
    return make_order(their_gateway, their_product, same_email, "order_RsdElse0000001")
