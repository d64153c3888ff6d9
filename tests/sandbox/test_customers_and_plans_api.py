"""Customers and plans."""

from typing import Any

import pytest
import razorpay

from tests.sandbox.desk import MONTHLY, Desk

MEERA = {"name": "Meera Pillai", "email": "meera@example.com", "contact": "+919811122233"}


def test_a_customer_is_made_once(desk: Desk) -> None:
    client = desk.client
    made = client.customer.create(MEERA)
    assert made["id"].startswith("cust_")
    assert made["entity"] == "customer"
    with pytest.raises(razorpay.errors.BadRequestError, match="already exists"):
        client.customer.create(MEERA)
    assert client.customer.create(MEERA | {"fail_existing": "0"})["id"] == made["id"]
    other = client.customer.create(MEERA | {"contact": "+919800000000"})
    assert other["id"] != made["id"]


def test_a_customer_can_be_read_and_edited(desk: Desk) -> None:
    made = desk.client.customer.create(MEERA)
    edited = desk.client.customer.edit(made["id"], {"name": "Meera P."})
    assert (edited["name"], edited["email"]) == ("Meera P.", MEERA["email"])
    assert desk.client.customer.fetch(made["id"]) == edited


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"contact": "123"}, "at least 8 digits"),
        ({"email": "no address"}, "valid email"),
        ({"name": "M"}, "at least 3 characters"),
        ({"phone": "1"}, "should not be sent"),
    ],
)
def test_unfit_customers_are_refused(desk: Desk, body: dict[str, Any], text: str) -> None:
    assert text in desk.error("POST", "/v1/customers", json=body)["description"]


def test_a_plan_has_razorpays_shape(desk: Desk) -> None:
    plan = desk.client.plan.create(MONTHLY | {"notes": {"a": "b"}})
    assert (plan["entity"], plan["period"], plan["interval"]) == ("plan", "monthly", 1)
    item = plan["item"]
    assert (item["amount"], item["unit_amount"], item["type"]) == (99_900, 99_900, "plan")
    assert desk.client.plan.fetch(plan["id"]) == plan


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"period": "daily", "interval": 6}, "at least 7"),
        ({"period": "hourly"}, "period is invalid"),
        ({"interval": 0}, "at least 1"),
        ({"item": {}}, "item field is required"),
        ({"item": {"name": "x", "amount": 99, "currency": "INR"}}, "INR 1.00"),
        ({"item": {"amount": 100, "currency": "INR"}}, "name field is required"),
        ({"item": "x"}, "must be an object"),
        ({"offer_id": "offer_1"}, "should not be sent"),
    ],
)
def test_unfit_plans_are_refused(desk: Desk, change: dict[str, Any], text: str) -> None:
    assert text in desk.error("POST", "/v1/plans", json=MONTHLY | change)["description"]


def test_a_daily_plan_of_a_week_is_fine(desk: Desk) -> None:
    assert desk.client.plan.create(MONTHLY | {"period": "daily", "interval": 7})["interval"] == 7
