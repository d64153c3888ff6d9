"""Selling what Raseed charges itself: rows first, and nothing is made twice at Razorpay."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from requests import ConnectTimeout, ReadTimeout

from gateways.models import Gateway, Problem
from gateways.razorpay import errors
from orders import checkout
from orders.models import Order, Product
from subscriptions import authorising
from subscriptions.models import Bill, Plan, Subscription
from tests.lives import T
from tests.subscriptions.selling.conftest import CUSTOMER, CUSTOMERS, ORDERS, make, sent, start


def test_the_order_asks_for_leave_to_debit_as_much_as_is_ever_charged(
    gateway: Gateway, wire: responses.RequestsMock
) -> None:
    started = start(make(gateway, upfront_amount=9900))
    bill = Bill.objects.get(subscription=started)
    (asked,) = sent(wire, ORDERS)
    assert (asked["amount"], asked["currency"], asked["receipt"]) == (59800, "INR", bill.uid)
    assert asked["unique_receipt"] is True
    assert asked["customer_id"] == CUSTOMER
    assert asked["method"] == "upi"
    assert asked["token"]["max_amount"] == 59800
    assert asked["token"]["frequency"] == "as_presented"
    # Twelve months from the samples' time, and a year.
    ends = datetime.fromtimestamp(asked["token"]["expire_at"], UTC)
    begins = datetime.fromtimestamp(T + 3600, UTC)
    assert ends == begins.replace(year=begins.year + 2)
    assert asked["notes"]["raseed_order"] == started.order.uid


def test_its_ids_lead_to_it(circle: Product, wire: responses.RequestsMock) -> None:
    started = start(circle)
    bill = Bill.objects.get()
    assert (bill.number, bill.authorises, bill.amount) == (0, True, 49900)
    assert bill.start is None
    assert bill.razorpay_order_id == started.order.razorpay_order_id == f"order_{bill.uid[-14:]}"
    assert started.razorpay_subscription_id is None
    assert started.razorpay_customer_id == CUSTOMER
    assert started.is_ours_to_charge


def test_no_plan_is_made_at_razorpay(circle: Product, wire: responses.RequestsMock) -> None:
    start(circle)
    assert Plan.objects.get().razorpay_plan_id is None
    assert {call.request.url for call in wire.calls} == {CUSTOMERS, ORDERS}


def test_a_long_plan_has_a_mandate_of_ten_years(
    gateway: Gateway, wire: responses.RequestsMock
) -> None:
    start(make(gateway, period="yearly", total_count=30))
    ends = datetime.fromtimestamp(sent(wire, ORDERS)[0]["token"]["expire_at"], UTC)
    assert ends.year == datetime.fromtimestamp(T + 3600, UTC).year + 10


@pytest.mark.parametrize("url", [CUSTOMERS, ORDERS], ids=["customer", "order"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 400, "json": {"error": {"description": "no"}}}, errors.Refused),
        ({"status": 401, "json": {"error": {}}}, errors.KeysRefused),
        ({"status": 429, "json": {}}, errors.TooManyRequests),
        ({"body": ConnectTimeout()}, errors.Unreachable),
    ],
    ids=["400", "401", "429", "never sent"],
)
def test_where_nothing_was_done_nothing_is_kept(
    circle: Product,
    wire: responses.RequestsMock,
    url: str,
    answer: dict[str, Any],
    error: type[Exception],
) -> None:
    wire.upsert(responses.POST, url, **answer)
    with pytest.raises(error):
        start(circle)
    assert not Order.objects.exists()
    assert not Subscription.objects.exists()
    assert not Bill.objects.exists()


def test_a_refusal_is_a_problem_of_the_sellers(
    circle: Product, wire: responses.RequestsMock
) -> None:
    answer = {"error": {"description": "amount exceeds maximum amount allowed", "field": "amount"}}
    wire.upsert(responses.POST, ORDERS, status=400, json=answer)
    with pytest.raises(errors.Refused):
        start(circle)
    assert [row.kind for row in Problem.objects.standing()] == ["refused_sale"]


@pytest.mark.parametrize("url", [CUSTOMERS, ORDERS], ids=["customer", "order"])
@pytest.mark.parametrize("answer", [{"body": ReadTimeout()}, {"status": 502}, {"json": {}}])
def test_after_a_lost_answer_the_same_is_asked_for_again(
    circle: Product, wire: responses.RequestsMock, url: str, answer: dict[str, Any]
) -> None:
    order = checkout.draft(circle.account, circle, "ananya.iyer@example.com", "Ananya", None)
    wire.upsert(responses.POST, url, **answer)
    with pytest.raises(errors.OutcomeUnknown):
        checkout.complete(order)
    assert not Bill.objects.exclude(razorpay_order_id=None).exists()
    wire.upsert(responses.POST, CUSTOMERS, json={"id": CUSTOMER})
    wire.upsert(responses.POST, ORDERS, json={"id": "order_RsdLate"})
    checkout.complete(Order.objects.get())
    kept = Bill.objects.get()
    assert kept.razorpay_order_id == Order.objects.get().razorpay_order_id == "order_RsdLate"
    assert {asked["receipt"] for asked in sent(wire, ORDERS)} == {kept.uid}
    assert len({asked["token"]["expire_at"] for asked in sent(wire, ORDERS)}) == 1
    assert Bill.objects.count() == Subscription.objects.count() == 1


def test_it_is_completed_once(circle: Product, wire: responses.RequestsMock) -> None:
    order = start(circle).order
    checkout.complete(order)
    assert len(sent(wire, ORDERS)) == 1


def test_each_method_has_a_bill_of_its_own_and_no_two(
    circle: Product, wire: responses.RequestsMock
) -> None:
    started = start(circle)
    card = authorising.by(started, "card")
    authorising.make(card)
    assert card.method == "card"
    assert sent(wire, ORDERS)[-1]["method"] == "card"
    assert authorising.by(started, "card") == card
    assert authorising.by(started, "upi").number == 0
    # The first stays the order's own.
    started.order.refresh_from_db()
    assert started.order.razorpay_order_id == Bill.objects.get(number=0).razorpay_order_id
    assert Bill.objects.count() == 2


def test_access_on_form_begins_with_the_order(
    circle: Product, wire: responses.RequestsMock
) -> None:
    circle.account.access_on_form = True
    circle.account.save()
    started = start(circle)
    assert [grant.because for grant in started.order.grants.all()] == ["form_sent"]
