"""A shop with something of each kind to sell, and a Razorpay that may refuse it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import responses
from django.db.models import QuerySet
from django.test import Client

from gateways.models import Gateway, Problem
from gateways.razorpay import errors
from orders import catalogue, refused_sales
from orders.models import OrderForm, Price, Product
from orders.refused_sales import Asked
from tests.gateways.people import meera, signed_in
from tests.gateways.stand_in import desk
from tests.orders.forms.conftest import ORDERS, PLANS, live, make_form, wire

__all__ = ["ORDERS", "PLANS", "desk", "live", "meera", "signed_in", "wire"]

TERMS = {
    "kind": "subscription", "amount": 49900, "currency": "INR", "period": "monthly",
    "total_count": 12,
}  # fmt: skip
SORRY = "Amount exceeds maximum amount allowed."
Wire = responses.RequestsMock


def make_circle(gateway: Gateway, **terms: Any) -> Product:
    """A product that is paid by a plan."""
    return catalogue.create_product(
        account=gateway.account, name="Weavers' Circle", price={**TERMS, **terms}, resources=[]
    )


@pytest.fixture
def circle(live: Gateway) -> Product:
    return make_circle(live)


@pytest.fixture
def draft(circle: Product) -> OrderForm:
    """A form for the circle that could be published."""
    return make_form(circle, "circle")


def price_of(product: Product) -> Price:
    price = product.price
    assert price is not None
    return price


def refusing(wire: Wire, url: str, description: str = SORRY, field: str = "amount") -> None:
    """Razorpay says no, in its own shape."""
    error = {
        "code": "BAD_REQUEST_ERROR", "description": description, "source": "business",
        "step": "payment_initiation", "reason": "input_validation_failed", "field": field,
    }  # fmt: skip
    wire.upsert(responses.POST, url, status=400, json={"error": error})


def asked_of(wire: Wire) -> list[dict[str, Any]]:
    """The bodies of what Razorpay was asked to make."""
    return [json.loads(call.request.body or "{}") for call in wire.calls]


def refuse(
    gateway: Gateway,
    product: Product,
    asked: Asked = Asked.ORDER,
    description: str = SORRY,
    field: str = "amount",
) -> Problem | None:
    """A sale that Razorpay refused; the problem that stands."""
    refusal = errors.Refused(description, field=field)
    with pytest.raises(errors.Refused), refused_sales.watching(gateway, price_of(product), asked):
        raise refusal
    return standing().first()


def standing() -> QuerySet[Problem]:
    return Problem.objects.standing().filter(kind="refused_sale")


@pytest.fixture
def press(meera: Client) -> Callable[[OrderForm], str]:
    """Press Publish; the page that follows."""

    def publish(form: OrderForm) -> str:
        response = meera.post(f"/forms/{form.uid}/publish/", follow=True)
        form.refresh_from_db()
        return str(response.content.decode())

    return publish
