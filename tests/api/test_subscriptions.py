"""POST and GET subscriptions: started against the sandbox, then as its events tell."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Gateway
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Customer, Product
from subscriptions.models import Subscription
from tests.api.caller import ISO, Caller, shape
from tests.conftest import Razorpay, make_subscription
from tests.gateways.stand_in import Desk
from tests.lives import DAY, MONTH, T, charged, pending
from tests.samples import sample
from tests.scripts import iso

EMAIL = "ananya.iyer@example.com"

pytestmark = pytest.mark.usefixtures("connected")


def make_circle(gateway: Gateway, **terms: Any) -> Product:
    monthly = {"amount": 49900, "currency": "INR", "period": "monthly", "total_count": 12}
    return catalogue.create_product(
        account=gateway.account,
        name="Weavers' Circle",
        price={"kind": "subscription", **monthly, **terms},
        resources=[NewResource("Circle", "https://example.com/c")],
    )


@pytest.fixture
def circle(connected: Gateway) -> Product:
    return make_circle(connected)


def start(script: Caller, product: Product) -> Any:
    return script.make("subscriptions", product=product.uid, email=EMAIL, name="Ananya Iyer")


def test_a_subscription_is_started_here_and_at_razorpay(
    script: Caller, desk: Desk, circle: Product
) -> None:
    made = start(script, circle)
    shape(
        made, status="created", mode="test", product=circle.uid, paid_count=0, current_start=None,
        current_end=None, charge_at=None, paid_until=None, access_until=None,
    )  # fmt: skip
    assert made["id"].startswith("sub_")
    assert made["checkout_url"].startswith("http")
    assert ISO.fullmatch(made["created_at"])
    there = desk.client.subscription.fetch(made["razorpay_subscription_id"])
    shape(there, plan_id=made["razorpay_plan_id"], total_count=12, quantity=1)
    assert there["notes"]["raseed_order"] == made["order"]
    item = desk.client.plan.fetch(made["razorpay_plan_id"])["item"]
    shape(item, amount=49900, currency="INR", name="Weavers' Circle")
    assert script.get(f"subscriptions/{made['id']}") == made


def test_its_order_is_an_order_without_an_id_at_razorpay(script: Caller, circle: Product) -> None:
    made = start(script, circle)
    shape(
        script.get(f"orders/{made['order']}"), razorpay_order_id=None, status="created",
        amount=49900, product=circle.uid, mode="test",
    )  # fmt: skip


def test_two_buyers_of_one_product_share_a_plan(script: Caller, circle: Product) -> None:
    first, second = start(script, circle), start(script, circle)
    assert first["razorpay_plan_id"] == second["razorpay_plan_id"]
    assert first["razorpay_subscription_id"] != second["razorpay_subscription_id"]


def test_a_trial_and_an_amount_at_the_start_reach_razorpay(
    script: Caller, desk: Desk, connected: Gateway
) -> None:
    made = start(script, make_circle(connected, trial_days=14, upfront_amount=9900))
    there = desk.client.subscription.fetch(made["razorpay_subscription_id"])
    assert abs(there["start_at"] - (desk.now() + 14 * DAY)) < 60


def test_what_raseed_charges_begins_with_an_order_of_razorpays(
    script: Caller, connected: Gateway, desk: Desk
) -> None:
    made = start(script, make_circle(connected, charged_by="raseed", upfront_amount=9900))
    assert (made["razorpay_subscription_id"], made["razorpay_plan_id"]) == (None, None)
    assert (made["status"], made["charged_by"], made["mode"]) == ("created", "raseed", "test")
    assert made["checkout_url"].endswith(f"/pay/{made['order']}/")
    (order,) = script.get("orders")["results"]
    there = desk.client.order.fetch(order["razorpay_order_id"])
    assert (there["amount"], there["customer_id"]) == (59800, made["razorpay_customer_id"])
    assert there["token"]["max_amount"] == 59800
    assert not desk.client.plan.all({"count": 10})["items"]


def test_a_plan_that_no_mandate_can_pay_is_refused(script: Caller, connected: Gateway) -> None:
    product = make_circle(connected, charged_by="raseed", trial_days=7)
    script.refused("subscriptions", {"product": product.uid, "email": EMAIL}, "no_trial")


@pytest.mark.usefixtures("that_day")
def test_what_razorpay_tells_of_a_charge_is_shown(
    script: Caller, connected: Gateway, customer: Customer
) -> None:
    subscription = make_subscription(connected, customer)
    Razorpay(connected).tell(charged(0, T + 8))
    shown = script.one("subscriptions", razorpay_subscription_id="sub_RsdSubscr00001")
    shape(
        shown, id=subscription.uid, order=subscription.order.uid, status="active", paid_count=1,
        current_start=iso(T), current_end=iso(T + MONTH), charge_at=iso(T + MONTH),
        paid_until=iso(T + MONTH), access_until=iso(T + MONTH + 7 * DAY),
        razorpay_plan_id="plan_RsdPlan000001",
    )  # fmt: skip


@pytest.mark.usefixtures("that_day")
def test_an_unpaid_period_moves_its_end_but_not_what_is_paid(
    script: Caller, connected: Gateway, customer: Customer
) -> None:
    make_subscription(connected, customer)
    Razorpay(connected).tell(charged(0, T + 8), pending(1, 1))
    shape(
        script.one("subscriptions"), status="pending", auth_attempts=1,
        current_end=iso(T + 2 * MONTH), paid_until=iso(T + MONTH),
        access_until=iso(T + MONTH + 7 * DAY),
    )  # fmt: skip


@pytest.mark.usefixtures("that_day")
def test_subscriptions_are_found_by_razorpays_id_order_status_address_and_mode(
    script: Caller, connected: Gateway, customer: Customer
) -> None:
    first = make_subscription(connected, customer)
    Razorpay(connected).tell(sample("subscription.cancelled", created_at=T))
    other = Customer.objects.create(account=connected.account, email="ravi@example.com")
    circle = make_circle(connected)
    second = Subscription.objects.get(uid=start(script, circle)["id"])
    second.order.customer = other
    second.order.save()
    for query, found in {
        "razorpay_subscription_id=sub_RsdSubscr00001": [first],
        "razorpay_subscription_id=sub_none": [],
        f"order={second.order.uid}": [second],
        "status=cancelled": [first],
        "status=created": [second],
        "email=RAVI@example.com": [second],
        "mode=test": [second, first],
        "mode=live": [],
    }.items():
        listed = script.ask(f"subscriptions/?{query}").json()["results"]
        assert [row["id"] for row in listed] == [row.uid for row in found], query
