"""Idempotency-Key: the same purchase sent again is the same purchase."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from gateways.models import Gateway
from gateways.razorpay.client import Razorpay
from orders.models import Order, Product
from subscriptions.models import Subscription
from tests.api.caller import Caller, problem
from tests.api.test_subscriptions import make_circle
from tests.gateways.stand_in import Desk
from tests.lives import T
from tests.scripts import EMAIL

pytestmark = pytest.mark.usefixtures("connected")


@pytest.fixture
def clock() -> Iterator[Any]:
    """The sandbox's too: it runs in this process."""
    with time_machine.travel(datetime.fromtimestamp(T, UTC), tick=False) as travelled:
        yield travelled


@pytest.fixture
def circle(connected: Gateway) -> Product:
    return make_circle(connected)


def send(script: Caller, product: Product, key: str | None, **changed: Any) -> Any:
    path = "subscriptions" if product.price and product.price.recurs else "orders"
    return send_to(script, path, product, key, **changed)


def send_to(script: Caller, path: str, product: Product, key: str | None, **changed: Any) -> Any:
    body = json.dumps({"product": product.uid, "email": EMAIL, **changed})
    headers = {} if key is None else {"Idempotency-Key": key}
    return script.client.post(f"/api/v1/{path}/", body, "application/json", headers=headers)


def made(response: Any) -> Any:
    assert response.status_code == 201, response.content
    return response.json()


def test_the_same_key_is_the_same_purchase_as_it_is_now(
    script: Caller, desk: Desk, product: Product
) -> None:
    first = made(send(script, product, "cart 17"))
    assert made(send(script, product, "cart 17")) == first
    Order.objects.update(status="paid", amount_paid=49900)
    again = made(send(script, product, "cart 17", email=f" {EMAIL.upper()}"))
    assert (again["id"], again["status"]) == (first["id"], "paid")
    desk.wait_out_the_lag()
    assert len(desk.client.order.all()["items"]) == 1


def test_a_subscription_too(script: Caller, circle: Product) -> None:
    first = made(send(script, circle, "cart 17"))
    assert made(send(script, circle, "cart 17")) == first
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("key", [None, "another"])
def test_without_the_same_key_it_is_another_purchase(
    script: Caller, product: Product, key: str | None
) -> None:
    first = made(send(script, product, "a" if key else None))
    assert made(send(script, product, key))["id"] != first["id"]


@pytest.mark.parametrize(
    "changed", [{"email": "ravi@example.com"}, {"name": "Ravi"}, {"mode": "test"}]
)
def test_the_same_key_with_something_else_is_refused(
    script: Caller, product: Product, changed: dict[str, str]
) -> None:
    made(send(script, product, "cart 17"))
    problem(send(script, product, "cart 17", **changed), "idempotency_key_reused", 409)
    assert Order.objects.count() == 1


def test_a_key_stands_for_an_address_too(script: Caller, product: Product, circle: Product) -> None:
    made(send(script, product, "cart 17"))
    problem(send(script, circle, "cart 17"), "idempotency_key_reused", 409)


def test_the_keys_of_another_account_are_its_own(
    script: Caller, their_script: Caller, their_gateway: Gateway, product: Product
) -> None:
    made(send(script, product, "cart 17"))
    said = problem(send(their_script, product, "cart 17"), "unknown_product")
    assert product.uid in said["detail"]


@pytest.mark.parametrize("key", ["", "x" * 201, "caf\xe9", "a\tb", "\x7f"])
def test_a_key_that_is_none_is_refused_before_anything_is_made(
    script: Caller, product: Product, key: str
) -> None:
    problem(send(script, product, key), "invalid_idempotency_key")
    assert not Order.objects.exists()


@pytest.mark.parametrize("key", ["x", "~" * 200, "a b", "{}"])
def test_any_printable_text_is_a_key(script: Caller, product: Product, key: str) -> None:
    assert made(send(script, product, key)) == made(send(script, product, key))


def test_while_it_is_being_placed_the_second_is_told_to_wait(
    script: Caller, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, create = [], Razorpay.create_order

    def meanwhile(client: Razorpay, **terms: Any) -> Any:
        told.append(send(script, product, "cart 17"))
        return create(client, **terms)

    monkeypatch.setattr(Razorpay, "create_order", meanwhile)
    first = made(send(script, product, "cart 17"))
    problem(told[0], "being_placed", 409)
    assert told[0]["Retry-After"] == "60"
    assert made(send(script, product, "cart 17")) == first
    assert len(told) == 1


def test_a_day_later_the_key_stands_for_nothing(
    script: Caller, product: Product, clock: Any
) -> None:
    first = made(send(script, product, "cart 17"))
    clock.shift(24 * 3600 - 1)
    assert made(send(script, product, "cart 17")) == first
    clock.shift(2)
    assert made(send(script, product, "cart 17"))["id"] != first["id"]


@pytest.mark.parametrize("fail", ["401", "429"])
def test_a_refusal_frees_the_key(script: Caller, desk: Desk, product: Product, fail: str) -> None:
    desk.press("api", fail=fail)
    assert send(script, product, "cart 17").status_code in {502, 503}
    assert not Order.objects.exists()
    desk.press("api", fail="none")
    made(send(script, product, "cart 17", name="Ananya"))


def test_what_is_not_for_sale_any_more_is_still_the_same_purchase(
    script: Caller, product: Product
) -> None:
    first = made(send(script, product, "cart 17"))
    product.archived_at = timezone.now()
    product.save()
    assert made(send(script, product, "cart 17")) == first


def test_a_lost_answer_and_what_to_do(
    script: Caller, desk: Desk, circle: Product, clock: Any
) -> None:
    made(send(script, circle, "another cart"))  # the plan is there
    desk.press("api", fail="lost", paths="/v1/subscriptions", count=1)
    said = problem(send(script, circle, "cart 17"), "outcome_unknown", 504)
    assert "nothing is made twice" in said["detail"]
    response = send(script, circle, "cart 17")
    said = problem(response, "subscription_in_doubt", 503)
    assert "nothing is made twice" in said["detail"]
    assert response["Retry-After"] == "60"
    clock.shift(121)
    row = made(send(script, circle, "cart 17"))
    assert row["razorpay_subscription_id"]
    clock.shift(121)
    assert len(desk.client.subscription.all()["items"]) == 2


def test_a_lost_answer_without_a_key_is_for_nobody(
    script: Caller, desk: Desk, circle: Product, clock: Any
) -> None:
    made(send(script, circle, None))
    desk.press("api", fail="lost", paths="/v1/subscriptions", count=1)
    problem(send(script, circle, None), "outcome_unknown", 504)
    clock.shift(61)
    lost = Order.objects.latest("pk")
    page = script.client.get(f"/pay/{lost.uid}/", follow=True).content.decode()
    assert "This order has expired" in page


def test_the_header_is_in_the_document(script: Caller) -> None:
    document = script.client.get("/api/schema/?format=json").json()
    for path in ("orders", "subscriptions"):
        (named,) = [
            parameter
            for parameter in document["paths"][f"/api/v1/{path}/"]["post"]["parameters"]
            if parameter["in"] == "header" and parameter["name"] == "Idempotency-Key"
        ]
        assert "24 hours" in named["description"]
