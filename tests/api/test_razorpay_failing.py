"""Razorpay refuses, is away, or leaves the outcome open: never a 500, never a row too many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import responses
from django.conf import settings
from django.utils import timezone

from gateways.models import Gateway, Problem
from orders.models import Order, Product
from subscriptions.models import Plan, Subscription
from tests.api.caller import Caller, problem
from tests.api.test_subscriptions import make_circle
from tests.gateways.stand_in import Desk

EMAIL = "ananya.iyer@example.com"
# What the sandbox is told to do: (our code, our status).
NOTHING_DONE = {"401": ("keys_refused", 502), "429": ("razorpay_unavailable", 503)}
OPEN = ["lost", "junk", "500", "502"]


def buying(product: Product) -> dict[str, str]:
    return {"product": product.uid, "email": EMAIL}


@pytest.fixture
def circle(connected: Gateway) -> Product:
    return make_circle(connected)


@pytest.mark.parametrize("fail", NOTHING_DONE)
def test_where_nothing_was_done_nothing_of_an_order_is_kept(
    script: Caller, desk: Desk, connected: Gateway, product: Product, fail: str
) -> None:
    desk.press("api", fail=fail)
    script.refused("orders", buying(product), *NOTHING_DONE[fail])
    assert not Order.objects.exists()
    desk.press("api", fail="none")
    assert script.make("orders", **buying(product))["status"] == "created"


@pytest.mark.parametrize("fail", OPEN)
def test_an_order_whose_outcome_is_unknown_is_kept_and_found(
    script: Caller, desk: Desk, connected: Gateway, product: Product, fail: str
) -> None:
    desk.press("api", fail=fail)
    script.refused("orders", buying(product), "outcome_unknown", 504)
    kept = script.one("orders", email=EMAIL)
    assert (kept["status"], kept["razorpay_order_id"]) == ("created", None)


def test_an_order_that_times_out_is_kept(
    script: Caller, desk: Desk, connected: Gateway, product: Product,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("gateways.razorpay.client.Razorpay.__init__.__defaults__", ((0.2, 0.2),))
    desk.press("api", fail="timeout")
    script.refused("orders", buying(product), "outcome_unknown", 504)
    assert Order.objects.count() == 1


@pytest.mark.parametrize("path", ["orders", "subscriptions"])
def test_a_razorpay_that_cannot_be_reached_says_when_to_try_again(
    script: Caller, connected: Gateway, product: Product, circle: Product, path: str, settings: Any
) -> None:
    settings.RAZORPAY_API_URL = "http://127.0.0.1:9"
    response = script.post(path, buying(product if path == "orders" else circle))
    said = problem(response, "razorpay_unavailable", 503)
    assert "cannot be reached" in said["detail"]
    assert response["Retry-After"] == "60"
    assert not Order.objects.exists()
    assert not Subscription.objects.exists()


def refuse(method: str, path: str, description: str) -> None:
    error = {"code": "BAD_REQUEST_ERROR", "description": description, "field": "amount"}
    url = f"{settings.RAZORPAY_API_URL}/v1/{path}"
    responses.add(method, url, json={"error": error}, status=400)


@responses.activate
def test_what_razorpay_says_of_an_order_it_refuses_is_passed_on(
    script: Caller, gateway: Gateway, product: Product
) -> None:
    refuse("POST", "orders", "Currency is not supported")
    said = script.refused("orders", buying(product), "razorpay_refused", 502)
    assert said["detail"] == "Razorpay refused: Currency is not supported"
    assert not Order.objects.exists()


@responses.activate
def test_a_refused_plan_leaves_neither_order_nor_subscription(
    script: Caller, gateway: Gateway
) -> None:
    refuse("POST", "plans", "The interval is too long")
    circle = make_circle(gateway)
    script.refused("subscriptions", buying(circle), "razorpay_refused", 502)
    assert not Order.objects.exists()
    assert not Subscription.objects.exists()
    assert Plan.objects.get().requested_at is None, "it may be asked again at once"


@responses.activate
def test_a_refused_subscription_leaves_the_plan_only(script: Caller, gateway: Gateway) -> None:
    url = f"{settings.RAZORPAY_API_URL}/v1/plans"
    responses.add("POST", url, json={"id": "plan_RsdPlan000001"})
    refuse("POST", "subscriptions", "Subscriptions are not enabled")
    circle = make_circle(gateway)
    script.refused("subscriptions", buying(circle), "razorpay_refused", 502)
    assert not Order.objects.exists()
    assert not Subscription.objects.exists()
    assert Plan.objects.get().razorpay_plan_id == "plan_RsdPlan000001"


@pytest.mark.parametrize("fail", OPEN)
def test_a_subscription_whose_outcome_is_unknown_is_kept(
    script: Caller, desk: Desk, circle: Product, fail: str
) -> None:
    desk.press("api", fail=fail, paths="/v1/subscriptions")
    script.refused("subscriptions", buying(circle), "outcome_unknown", 504)
    kept = script.one("subscriptions", email=EMAIL)
    assert (kept["status"], kept["razorpay_subscription_id"]) == ("created", None)
    assert kept["checkout_url"].startswith("http")


def asked_a_minute_ago() -> None:
    Plan.objects.update(requested_at=timezone.now() - timedelta(minutes=1))


def test_a_plan_in_doubt_is_not_made_twice(script: Caller, desk: Desk, circle: Product) -> None:
    desk.press("api", fail="lost", paths="/v1/plans", count=1)
    script.refused("subscriptions", buying(circle), "outcome_unknown", 504)
    script.refused("subscriptions", buying(circle), "plan_being_made", 409)
    asked_a_minute_ago()
    script.refused("subscriptions", buying(circle), "plan_in_doubt", 503)
    assert not Order.objects.exists()
    desk.wait_out_the_lag()
    asked_a_minute_ago()
    made = script.make("subscriptions", **buying(circle))
    assert [plan["id"] for plan in desk.client.plan.all()["items"]] == [made["razorpay_plan_id"]]


def test_refused_keys_are_a_problem_for_the_seller_until_they_are_accepted(
    script: Caller, desk: Desk, connected: Gateway, product: Product
) -> None:
    desk.press("api", fail="401")
    script.refused("orders", buying(product), "keys_refused", 502)
    told = script.one("problems", kind="keys_refused")
    assert told["gateway"] == connected.uid
    assert told["mend"] == "Make a new key in Razorpay and replace the keys here."
    desk.press("api", fail="none")
    script.make("orders", **buying(product))
    assert script.get("problems", kind="keys_refused")["results"] == []
    assert Problem.objects.get(kind="keys_refused").cleared_at is not None
