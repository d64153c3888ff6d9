"""Razorpay refuses, is out of reach or does not answer; and what is paid by a plan."""

from __future__ import annotations

import json

import pytest
import responses
from django.utils import timezone
from requests import ConnectTimeout, ReadTimeout

from gateways.models import Gateway, Problem
from orders import catalogue, checkout
from orders.models import Order, OrderForm
from subscriptions.models import Subscription
from tests.orders.forms.conftest import (
    ORDERS,
    PLANS,
    SUBSCRIPTIONS,
    Send,
    alert,
    make_form,
)

Wire = responses.RequestsMock


class TestRazorpayFailing:
    @pytest.mark.parametrize("status", [400, 401])
    def test_refusing(self, send: Send, wire: Wire, status: int) -> None:
        """The buyer reads nothing of Razorpay's words to the seller; the seller has a problem."""
        wire.post(ORDERS, status=status, json={"error": {"description": "Authentication x"}})
        response = send()
        assert response.status_code == 503
        assert "Please tell the seller" in alert(response)
        assert "Authentication" not in response.content.decode()
        assert 'value="Ananya Iyer"' in response.content.decode()
        assert not Order.objects.exists()
        assert Problem.objects.filter(kind="keys_refused").exists() is (status == 401)

    def test_unreachable_then_back(self, send: Send, wire: Wire) -> None:
        wire.post(ORDERS, body=ConnectTimeout())
        response = send()
        assert response.status_code == 503
        assert "Nothing was ordered" in alert(response)
        assert not Order.objects.exists()
        wire.replace(responses.POST, ORDERS, json={"id": "order_RsdMade0000001"})
        assert send().status_code == 302

    def test_unknown(self, send: Send, form: OrderForm, wire: Wire) -> None:
        """The order is there, with its answers; its pay page sends the same receipt again."""
        wire.post(ORDERS, body=ReadTimeout())
        response = send()
        kept = Order.objects.get()
        assert response["Location"] == f"/pay/{kept.uid}/"
        assert (kept.form, kept.razorpay_order_id) == (form, None)
        assert {"label": "Where do you live?", "value": "Pune"} in kept.answers
        wire.replace(responses.POST, ORDERS, json={"id": "order_RsdMade0000001"})
        assert send()["Location"] == response["Location"]
        assert Order.objects.get().razorpay_order_id == "order_RsdMade0000001"
        receipts = {json.loads(call.request.body or "")["receipt"] for call in wire.calls}
        assert receipts == {kept.uid}

    def test_unreachable_after_a_lost_answer_takes_nothing_back(
        self, send: Send, wire: Wire
    ) -> None:
        wire.post(ORDERS, body=ReadTimeout())
        first = send()
        wire.replace(responses.POST, ORDERS, body=ConnectTimeout())
        assert send()["Location"] == first["Location"]
        wire.replace(responses.POST, ORDERS, status=401, json={"error": {"description": "no"}})
        assert send().status_code == 503
        wire.replace(responses.POST, ORDERS, json={"id": "order_RsdMade0000001"})
        assert send()["Location"] == first["Location"]
        assert Order.objects.get().razorpay_order_id == "order_RsdMade0000001"

    def test_disconnected_meanwhile(self, send: Send, live: Gateway, wire: Wire) -> None:
        Gateway.objects.update(disconnected_at=timezone.now())
        response = send()
        assert response.status_code == 503
        assert "Payments cannot be taken" in alert(response)
        assert not Order.objects.exists()


class TestPlans:
    @pytest.fixture
    def circle(self, live: Gateway) -> OrderForm:
        product = catalogue.create_product(
            account=live.account,
            name="Weavers' Circle",
            price={
                "kind": "subscription", "amount": 49900, "currency": "INR", "period": "monthly",
                "total_count": 12,
            },
            resources=[],
        )  # fmt: skip
        return make_form(product, "circle", published_at=timezone.now())

    def test_it_starts_the_subscription(self, send: Send, circle: OrderForm, wire: Wire) -> None:
        wire.post(PLANS, json={"id": "plan_RsdPlan000001"})
        wire.post(SUBSCRIPTIONS, json={"id": "sub_RsdMade0000001"})
        response = send(to=circle)
        started = Subscription.objects.get()
        assert started.razorpay_subscription_id == "sub_RsdMade0000001"
        assert response["Location"] == f"/pay/{started.order.uid}/"
        assert (started.order.form, len(started.order.answers)) == (circle, 2)
        assert send(to=circle)["Location"] == response["Location"]
        assert Subscription.objects.count() == 1

    def test_refused_nothing_is_left(self, send: Send, circle: OrderForm, wire: Wire) -> None:
        wire.post(PLANS, json={"id": "plan_RsdPlan000001"})
        wire.post(SUBSCRIPTIONS, status=400, json={"error": {"description": "no"}})
        assert send(to=circle).status_code == 503
        assert not Subscription.objects.exists()
        assert not Order.objects.exists()

    def test_instalments_are_a_way_too(self) -> None:
        assert set(checkout.ways) == {"one_time", "subscription", "instalments"}
