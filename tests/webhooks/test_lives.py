"""Five lives, told out of order where life does, seen through the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from orders.models import Order
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.lives import DAY, MONTH, T
from tests.samples import sample
from tests.scripts import Api, iso


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """An hour after the samples' time, unless a test says when."""
    with time_machine.travel(datetime.fromtimestamp(T + 3600, UTC)) as travelled:
        yield travelled


def at(clock: Any, seconds: int) -> None:
    clock.move_to(datetime.fromtimestamp(seconds, UTC))


def test_a_failed_payment_that_succeeds_on_the_same_payment_id(
    razorpay: Razorpay, order: Order, api: Api
) -> None:
    failed, authorized, captured, paid = lives.failed_then_captured_on_the_same_payment()
    razorpay.tell(failed)
    payment = api.one("payments", razorpay_payment_id="pay_RsdCard0000001")
    assert (payment["status"], payment["error_reason"]) == ("failed", "insufficient_funds")
    assert api.one("orders", razorpay_order_id="order_RsdOrder000001")["status"] == "attempted"
    assert api.access(order.product)["because"] == "not_paid"
    tries = api.get("reattempts", order=order.uid)["results"]
    assert [(r["n"], r["of"], r["state"]) for r in tries] == [
        (n, 3, "scheduled") for n in (1, 2, 3)
    ]
    assert [r["due_at"] for r in tries] == [iso(T + n * DAY) for n in (1, 2, 3)]

    razorpay.tell(captured, paid, authorized)
    payment = api.one("payments", razorpay_payment_id="pay_RsdCard0000001")
    assert (payment["status"], payment["error_reason"]) == ("captured", None)
    found = api.one("orders", razorpay_order_id="order_RsdOrder000001")
    assert (found["status"], found["amount_paid"]) == ("paid", 49900)
    answer = api.access(order.product)
    assert (answer["allowed"], answer["until"], answer["because"]) == (True, None, "paid")
    assert answer["story"][0]["what"] == "Access to Videos, without end."
    tries = api.get("reattempts", order=order.uid)["results"]
    assert [(r["state"], r["reason"]) for r in tries] == [("cancelled", "paid")] * 3


def test_a_refund_that_arrives_before_its_payment(
    razorpay: Razorpay, order: Order, api: Api
) -> None:
    razorpay.tell(sample("refund.processed"))
    refund = api.one("refunds", razorpay_refund_id="rfnd_RsdRefund0001")
    assert (refund["status"], refund["amount"]) == ("processed", 49900)
    assert refund["razorpay_payment_id"] == "pay_RsdCard0000001"
    razorpay.tell(sample("payment.captured"), sample("order.paid"), sample("payment.authorized"))
    found = api.one("orders", razorpay_order_id="order_RsdOrder000001")
    assert found["status"] == "refunded"
    assert (found["amount_paid"], found["amount_refunded"]) == (49900, 49900)
    answer = api.access(order.product)
    assert (answer["allowed"], answer["because"]) == (False, "refunded")
    assert answer["until"] == iso(T + 7200)


def test_charged_arriving_before_both_of_its_cycles_pendings(
    clock: Any, razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    first, one, two, charged, _activated = lives.renewed_after_two_failures()
    at(clock, T + MONTH + DAY + 4000)
    razorpay.tell(first, charged, two, one)
    found = api.one("subscriptions", razorpay_subscription_id="sub_RsdSubscr00001")
    assert (found["status"], found["paid_count"]) == ("active", 2)
    assert found["current_end"] == found["paid_until"] == iso(T + 2 * MONTH)
    answer = api.access(subscription.order.product)
    assert (answer["allowed"], answer["until"]) == (True, iso(T + 2 * MONTH))
    assert answer["because"] == "paid"
    tries = api.get("reattempts", subscription=found["id"])["results"]
    assert [(r["n"], r["state"], r["counted"]) for r in tries if r["n"]] == [
        (1, "failed", True),
        (2, "cancelled", False),
        (3, "cancelled", False),
    ]


def test_a_renewal_debited_a_day_late(
    clock: Any, razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    activated, first, late = lives.renewed_a_day_late()
    razorpay.tell(activated, first)
    product = subscription.order.product
    assert api.access(product)["until"] == iso(T + MONTH)

    at(clock, T + MONTH + 3600)  # due, not debited yet: nobody is locked out
    answer = api.access(product)
    assert (answer["allowed"], answer["because"]) == (True, "grace")
    assert answer["until"] == iso(T + MONTH + 7 * DAY)

    at(clock, T + MONTH + DAY + 60)
    razorpay.tell(late)
    answer = api.access(product)
    assert (answer["because"], answer["until"]) == ("paid", iso(T + 2 * MONTH))

    at(clock, T + 2 * MONTH + 8 * DAY)  # and if nothing ever comes again, it stops
    answer = api.access(product)
    assert (answer["allowed"], answer["because"]) == (False, "suspended")


def test_two_captures_of_one_order_one_refunded(razorpay: Razorpay, order: Order, api: Api) -> None:
    razorpay.tell(*lives.two_captures_one_refunded()[:3])
    found = api.one("orders", razorpay_order_id="order_RsdOrder000001")
    assert (found["amount_paid"], found["overpaid"]) == (99800, 49900)
    razorpay.tell(*lives.two_captures_one_refunded()[3:])
    found = api.one("orders", razorpay_order_id="order_RsdOrder000001")
    assert (found["status"], found["amount_refunded"], found["overpaid"]) == ("paid", 49900, 0)
    assert api.access(order.product)["allowed"] is True


def test_a_halt_suspends_and_money_brings_access_back(
    clock: Any, razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    charged, pending, halted, again = lives.halted_and_paid_again()
    product = subscription.order.product
    at(clock, T + MONTH + 3 * DAY + 120)
    razorpay.tell(charged, pending)
    assert api.access(product)["because"] == "grace"
    razorpay.tell(halted)
    answer = api.access(product)
    assert (answer["allowed"], answer["because"]) == (False, "suspended")
    assert answer["until"] == iso(T + MONTH + 3 * DAY + 60), "when it ended"

    at(clock, T + MONTH + 10 * DAY + 60)
    razorpay.tell(again)
    answer = api.access(product)
    assert answer["allowed"] is True
    assert answer["until"] == iso(T + 2 * MONTH + 10 * DAY), "its full length from the payment"
