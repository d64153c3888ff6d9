"""A seller with a live gateway and a form that is open, and a Razorpay on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import responses
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gateways.models import Gateway
from orders.models import FormField, OrderForm, Product
from tests.conftest import make_gateway
from tests.gateways.people import meera, signed_in

__all__ = ["meera", "signed_in"]

ORDERS = f"{settings.RAZORPAY_API_URL}/v1/orders"
PLANS = f"{settings.RAZORPAY_API_URL}/v1/plans"
SUBSCRIPTIONS = f"{settings.RAZORPAY_API_URL}/v1/subscriptions"
Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def _nobody_sent_anything() -> None:
    cache.clear()


@pytest.fixture
def live(product: Product) -> Gateway:
    return make_gateway(product.account, "live")


def make_form(product: Product, slug: str = "dyeing", **fields: Any) -> OrderForm:
    """A draft that asks for name, e-mail and phone, where one lives, and for consent."""
    form = OrderForm.objects.create(
        account=product.account, product=product, slug=slug, **{"mode": "live", **fields}
    )
    asked: list[dict[str, Any]] = [
        {"kind": "name", "required": True},
        {"kind": "email", "required": True},
        {"kind": "phone"},
        {"kind": "choice", "label": "Where do you live?", "choices": ["Chennai", "Pune"]},
        {"kind": "checkbox", "label": "I agree", "required": True},
        {"kind": "text", "label": "Anything else?"},
    ]
    for position, values in enumerate(asked):
        FormField.objects.create(form=form, position=position, **values)
    return form


@pytest.fixture
def draft(product: Product, live: Gateway) -> OrderForm:
    return make_form(product)


@pytest.fixture
def form(draft: OrderForm) -> OrderForm:
    draft.published_at = timezone.now()
    draft.save()
    return draft


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """Razorpay as it would be called; what is not registered here cannot be reached."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def razorpay_makes(wire: responses.RequestsMock) -> responses.RequestsMock:
    """A new order at every call."""
    made = iter(range(1000))

    def answer(_request: Any) -> tuple[int, dict[str, str], str]:
        return 200, {}, f'{{"id": "order_RsdMade{next(made):07}"}}'

    wire.add_callback(responses.POST, ORDERS, answer, content_type="application/json")
    return wire


def ticket_in(response: Any) -> str:
    return str(response.context["ticket"])


def alert(response: Any) -> str:
    """The sentence above the page, when it was sent in vain."""
    return str(response.context["refused"])


def key_of(form: OrderForm, kind: str) -> str:
    return f"answer-{form.fields.get(kind=kind).pk}"


def filled_in(form: OrderForm, **changed: str) -> dict[str, str]:
    """What Ananya types."""
    typed = {
        "name": "Ananya Iyer",
        "email": "Ananya.Iyer@example.com ",
        "phone": "+91 98401 22765",
        key_of(form, "choice"): "Pune",
        key_of(form, "checkbox"): "on",
    }
    return typed | changed


@pytest.fixture
def buyer() -> Client:
    return Client()


@pytest.fixture
def send(buyer: Client, form: OrderForm) -> Send:
    """Open the page, fill it in, press the button."""

    def sent(client: Client | None = None, to: OrderForm | None = None, **changed: str) -> Any:
        at, browser = to or form, client or buyer
        ticket = ticket_in(browser.get(at.public_path))
        return browser.post(at.public_path, {"ticket": ticket, **filled_in(at), **changed})

    return sent
