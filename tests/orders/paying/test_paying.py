"""Paying one order: Checkout's word is a hint, the page shows what the books say."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gateways.models import Gateway
from gateways.razorpay.client import Razorpay
from orders import checkout
from orders.models import Mail, Order, Payment
from tests.orders.paying.conftest import Buyer
from webhooks.models import Event


def test_the_page_opens_checkout_for_this_order(buyer: Buyer) -> None:
    page = buyer.page("")
    assert f'data-order="{buyer.order.razorpay_order_id}"' in page
    assert 'data-amount="49900"' in page
    assert 'data-email="ananya.iyer@example.com"' in page
    assert "sandbox-secret" not in page
    assert f'name="callback_url" value="http://testserver/pay/{buyer.order.uid}/return/"' in page


def test_what_checkout_reports_is_asked_about_and_then_true(buyer: Buyer) -> None:
    """Without any webhook: the answer goes through the inbox."""
    response = buyer.come_back(buyer.pay())
    assert response["Location"] == f"/pay/{buyer.order.uid}/thanks/?sent=1"
    buyer.order.refresh_from_db()
    assert (buyer.order.status, buyer.order.grants.count()) == ("paid", 2)
    assert "Paid. Thank you." in buyer.page()
    assert Event.objects.get().kind == "api"
    assert Mail.objects.filter(kind="receipt").count() == 1


def test_a_report_that_is_not_signed_by_razorpay_proves_nothing(buyer: Buyer) -> None:
    response = buyer.come_back("pay_Invented000001", signature="0" * 64)
    assert response["Location"] == f"/pay/{buyer.order.uid}/thanks/"
    assert Payment.objects.count() == 0
    assert "Not paid yet" in buyer.page()


@pytest.mark.parametrize("given", ["", "é", "0" * 64, "\0"])
def test_a_wrong_signature_still_shows_the_truth(buyer: Buyer, given: str) -> None:
    """Who really paid is told so, whatever the report said."""
    buyer.come_back(buyer.pay(), signature=given)
    assert "Paid. Thank you." in buyer.page()


def test_the_signature_of_another_order_is_none_of_this_one(
    buyer: Buyer, account: Any, product: Any
) -> None:
    other = checkout.place(account, product, "other@example.com", "", None)
    paid = Buyer(other, buyer.desk, buyer.client)
    payment_id = paid.pay()
    paid_signature = paid.come_back(payment_id)
    assert paid_signature.status_code == 302
    buyer.client.post(f"/pay/{buyer.order.uid}/return/", {"razorpay_payment_id": payment_id})
    buyer.order.refresh_from_db()
    assert buyer.order.status == "created"


def test_a_failed_try_says_why_and_the_same_order_can_be_paid(buyer: Buyer) -> None:
    buyer.fail()
    buyer.desk.wait_out_the_lag()
    page = buyer.page()
    assert "The payment did not go through" in page
    assert f'href="/pay/{buyer.order.uid}/"' in page
    assert "The last try did not go through." in buyer.page("")
    cache.clear()
    buyer.come_back(buyer.pay())
    assert "Paid. Thank you." in buyer.page()
    assert Order.objects.count() == 1


def test_while_the_bank_is_silent_nobody_may_pay_again(buyer: Buyer) -> None:
    Payment.objects.create(
        gateway=buyer.order.gateway, order=buyer.order, razorpay_payment_id="pay_Silent0000001",
        status="authorized",
    )  # fmt: skip
    page = buyer.page()
    assert "Please do not pay again." in page
    assert "hx-trigger" in page
    assert buyer.client.get(f"/pay/{buyer.order.uid}/").status_code == 302


def test_what_is_paid_is_not_offered_again(buyer: Buyer) -> None:
    buyer.come_back(buyer.pay())
    response = buyer.client.get(f"/pay/{buyer.order.uid}/")
    assert response["Location"] == f"/pay/{buyer.order.uid}/thanks/"


def test_a_page_that_is_reloaded_asks_razorpay_once_in_five_seconds(
    buyer: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def count(_client: Razorpay, order_id: str) -> list[Any]:
        asked.append(order_id)
        return []

    monkeypatch.setattr(Razorpay, "order_payments", count)
    for _turn in range(5):
        buyer.page()
    assert asked == [buyer.order.razorpay_order_id]


@pytest.mark.parametrize("mood", ["401", "429", "502", "lost", "junk"])
def test_razorpay_being_away_is_no_error_of_the_page(buyer: Buyer, mood: str) -> None:
    payment_id = buyer.pay()
    buyer.desk.press("api", fail=mood)
    assert buyer.come_back(payment_id).status_code == 302
    assert "Your payment is being confirmed" in buyer.page("thanks/?sent=1")


def test_a_disconnected_gateway_takes_no_payment(buyer: Buyer) -> None:
    Gateway.objects.update(disconnected_at=timezone.now())
    assert buyer.client.get(f"/pay/{buyer.order.uid}/").status_code == 302
    assert "This order cannot be paid right now." in buyer.page()


@pytest.mark.parametrize("name", ["", "thanks/", "return/"])
def test_an_order_that_does_not_exist_is_nothing(client: Client, db: None, name: str) -> None:
    method = client.post if name == "return/" else client.get
    assert method(f"/pay/ord_0000000000000000/{name}").status_code == 404


def test_what_a_seller_named_is_text_here(buyer: Buyer) -> None:
    product = buyer.order.product
    product.name = '"><script>alert(1)</script>'
    product.save()
    assert "<script>alert" not in buyer.page("")
