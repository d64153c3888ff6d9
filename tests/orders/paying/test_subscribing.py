"""Paying an order that a subscription pays: the same pages, another signature."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account
from gateways.models import Gateway
from subscriptions import starting
from subscriptions.models import Subscription
from tests.api.test_subscriptions import make_circle
from tests.conftest import sign
from tests.gateways.stand_in import TEST_KEYS, Desk
from tests.orders.paying.conftest import EMAIL


@pytest.fixture
def circle(desk: Desk, connected: Gateway, account: Account) -> Subscription:
    return starting.start(account, make_circle(connected), EMAIL, "Ananya Iyer", None)


def test_checkout_is_opened_for_the_subscription(client: Client, circle: Subscription) -> None:
    page = client.get(f"/pay/{circle.order.uid}/").content.decode()
    assert f'data-subscription="{circle.razorpay_subscription_id}"' in page
    assert f'href="{circle.short_url}"' in page, "without script it goes on at Razorpay"


def test_what_checkout_reports_opens_the_first_period(
    client: Client, desk: Desk, circle: Subscription
) -> None:
    desk.press(f"subscriptions/{circle.razorpay_subscription_id}/pay")
    payments = desk.client.payment.all({"count": 10})["items"]
    if not payments:
        desk.wait_out_the_lag()
        payments = desk.client.payment.all({"count": 10})["items"]
    payment_id = next(p["id"] for p in payments if p["invoice_id"])
    signed = sign(f"{payment_id}|{circle.razorpay_subscription_id}".encode(), TEST_KEYS[1])
    answer = {"razorpay_payment_id": payment_id, "razorpay_signature": signed}
    response = client.post(f"/pay/{circle.order.uid}/return/", answer)
    assert response["Location"].endswith("?sent=1")
    circle.refresh_from_db()
    assert circle.status == "active"
    assert circle.paid_until is not None
    assert "Paid. Thank you." in client.get(f"/pay/{circle.order.uid}/thanks/").content.decode()
