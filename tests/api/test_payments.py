"""GET payments, refunds and customers: as merged from what Razorpay told."""

from __future__ import annotations

import pytest

from gateways.models import Gateway
from orders.models import Customer, Order, Payment, Refund
from subscriptions.models import Subscription
from tests.api.caller import ISO, Caller, shape
from tests.conftest import Razorpay
from tests.lives import T, charged, paid_and_partly_refunded_twice
from tests.samples import sample
from tests.scripts import EMAIL, iso

pytestmark = pytest.mark.usefixtures("that_day")


def test_a_captured_payment_is_shown(script: Caller, order: Order, razorpay: Razorpay) -> None:
    razorpay.tell(sample("payment.captured"))
    shown = script.one("payments", razorpay_payment_id="pay_RsdCard0000001")
    shape(
        shown, status="captured", captured=True, mode="test", amount=49900, currency="INR",
        amount_refunded=0, order=order.uid, subscription=None, method="upi", error_reason=None,
        razorpay_order_id="order_RsdOrder000001", fee=1178, tax=180,
    )  # fmt: skip
    assert shown["id"].startswith("pmt_")
    assert ISO.fullmatch(shown["created_at"])
    assert shown["captured_at"] == iso(T + 1)
    assert script.get(f"payments/{shown['id']}") == shown


def test_a_failed_payment_says_why(script: Caller, order: Order, razorpay: Razorpay) -> None:
    failed = sample("payment.failed")
    razorpay.tell(failed)
    entity = failed["payload"]["payment"]["entity"]
    shape(
        script.one("payments", status="failed"), captured=False, captured_at=None,
        method=entity["method"], error_reason=entity["error_reason"],
        error_description=entity["error_description"],
    )  # fmt: skip
    assert entity["error_reason"]


def test_a_charge_names_its_subscription_and_its_order(
    script: Caller, subscription: Subscription, razorpay: Razorpay
) -> None:
    razorpay.tell(charged(0, T + 8))
    shown = script.one("payments", subscription=subscription.uid)
    shape(shown, subscription=subscription.uid, order=subscription.order.uid, status="captured")


def test_payments_are_found_by_each_filter(
    script: Caller, gateway: Gateway, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(
        sample("payment.failed", payment={"id": "pay_RsdFirst000001"}), sample("payment.captured")
    )
    failed, captured = Payment.objects.order_by("pk")
    for query, found in {
        "razorpay_payment_id=pay_RsdFirst000001": [failed],
        "status=captured": [captured],
        "status=authorized": [],
        f"order={order.uid}": [captured, failed],
        "order=ord_none": [],
        "subscription=sub_none": [],
        "mode=test": [captured, failed],
        "mode=live": [],
    }.items():
        listed = script.ask(f"payments/?{query}").json()["results"]
        assert [row["id"] for row in listed] == [row.uid for row in found], query


def test_refunds_are_shown_and_found_by_each_filter(
    script: Caller, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(*paid_and_partly_refunded_twice())
    payment = Payment.objects.get()
    first, second = Refund.objects.order_by("pk")
    shown = script.one("refunds", razorpay_refund_id="rfnd_RsdPart000001")
    assert shown == {
        "id": first.uid, "razorpay_refund_id": "rfnd_RsdPart000001", "mode": "test",
        "status": "processed", "amount": 10000, "currency": "INR", "payment": payment.uid,
        "razorpay_payment_id": "pay_RsdCard0000001", "order": order.uid,
        "created_at": shown["created_at"], "processed_at": iso(T + 20),
    }  # fmt: skip
    assert ISO.fullmatch(shown["created_at"])
    for query, found in {
        "status=processed": [second, first],
        "status=pending": [],
        f"payment={payment.uid}": [second, first],
        "payment=pmt_none": [],
        f"order={order.uid}": [second, first],
        "mode=live": [],
    }.items():
        listed = script.ask(f"refunds/?{query}").json()["results"]
        assert [row["id"] for row in listed] == [row.uid for row in found], query
    assert script.one("payments")["amount_refunded"] == 15000


def test_a_refund_on_its_way_is_pending(script: Caller, order: Order, razorpay: Razorpay) -> None:
    razorpay.tell(sample("payment.captured"), sample("refund.created.pending"))
    shape(script.one("refunds"), status="pending", processed_at=None)
    assert script.one("orders")["amount_refunded"] == 0


def test_customers_are_shown_and_found_by_address_however_written(
    script: Caller, customer: Customer
) -> None:
    Customer.objects.create(account=customer.account, email="ravi@example.com")
    shown = script.one("customers", email=f" {EMAIL.upper()} ")
    assert shown == {
        "id": customer.uid, "mode": None, "email": EMAIL, "former_emails": [],
        "name": "Ananya Iyer", "phone": "", "created_at": shown["created_at"],
    }  # fmt: skip
    assert ISO.fullmatch(shown["created_at"])
    assert len(script.get("customers")["results"]) == 2
