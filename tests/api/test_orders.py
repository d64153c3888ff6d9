"""POST and GET orders, against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from django.utils import timezone

from gateways.models import Gateway
from orders.models import Customer, CustomerAlias, Order, Product
from tests.api.caller import ISO, Caller, shape
from tests.conftest import Razorpay, make_order
from tests.gateways.stand_in import LIVE_KEYS, Desk, connect
from tests.samples import sample

EMAIL = "ananya.iyer@example.com"


def buy(product: Product, /, **changed: Any) -> dict[str, Any]:
    """An order's body; a value of ... takes the field away."""
    whole = {"product": product.uid, "email": EMAIL, "name": "Ananya Iyer", **changed}
    return {name: value for name, value in whole.items() if value is not ...}


def test_an_order_is_placed_here_and_at_razorpay(
    script: Caller, desk: Desk, connected: Gateway, product: Product
) -> None:
    made = script.make("orders", **buy(product))
    shape(
        made, status="created", amount=49900, currency="INR", mode="test", amount_paid=0,
        amount_refunded=0, overpaid=0, product=product.uid,
    )  # fmt: skip
    assert made["id"].startswith("ord_")
    assert made["checkout_url"].endswith(f"/pay/{made['id']}/")
    assert ISO.fullmatch(made["created_at"])
    assert ISO.fullmatch(made["expires_at"])
    shape(made["customer"], email=EMAIL, name="Ananya Iyer", mode=None)
    there = desk.client.order.fetch(made["razorpay_order_id"])
    shape(there, amount=49900, currency="INR", receipt=made["id"], status="created")
    assert there["notes"]["raseed_order"] == made["id"]
    assert script.get(f"orders/{made['id']}") == made


def test_an_order_goes_through_the_live_gateway_where_there_is_one(
    script: Caller, connected: Gateway, product: Product
) -> None:
    live = connect(connected.account, LIVE_KEYS)
    assert script.make("orders", **buy(product))["mode"] == "live"
    assert script.make("orders", **buy(product, mode=None))["mode"] == "live"
    assert script.make("orders", **buy(product, mode="live"))["mode"] == "live"
    assert script.make("orders", **buy(product, mode="test"))["mode"] == "test"
    live.disconnected_at = timezone.now()
    live.save()
    assert script.make("orders", **buy(product))["mode"] == "test"


def test_no_connected_gateway_is_a_conflict_in_words(script: Caller, product: Product) -> None:
    said = script.refused("orders", buy(product), "no_gateway", 409)
    assert said["detail"] == "No Razorpay account is connected in test mode."
    said = script.refused("orders", buy(product, mode="live"), "no_gateway", 409)
    assert said["detail"] == "No Razorpay account is connected in live mode."


@pytest.mark.parametrize("path", ["orders", "subscriptions"])
@pytest.mark.parametrize(
    "email",
    [
        ..., None, "", "  ", "ananya", "ananya@", "@example.com", "a b@example.com",
        "void@razorpay.com", " VOID@Razorpay.com ", 17, True, ["ananya@example.com"],
        {"email": "ananya@example.com"}, "a\0@example.com", "ananya@\ud800.com",
        "ananya@exa\udfffmple.com", "a" * 64 + "@" + ("b" * 60 + ".") * 4 + "com", "a" * 100_000,
    ],
)  # fmt: skip
def test_an_address_is_required_before_razorpay_is_called(
    script: Caller, gateway: Gateway, product: Product, path: str, email: Any
) -> None:
    with responses.RequestsMock() as razorpay:
        said = script.refused(path, buy(product, email=email), "email_required")
        assert not razorpay.calls
    assert list(said["errors"]) == ["email"]
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_an_address_is_trimmed_and_lower_case_and_known_again(
    script: Caller, connected: Gateway, product: Product, customer: Customer
) -> None:
    made = script.make("orders", **buy(product, email="  Ananya.Iyer@EXAMPLE.com "))
    shape(made["customer"], id=customer.uid, email=EMAIL)
    CustomerAlias.objects.create(
        account=customer.account, customer=customer, email="old@example.com"
    )
    made = script.make("orders", **buy(product, email="old@example.com", name="Somebody"))
    shape(made["customer"], id=customer.uid, email=EMAIL, name="Ananya Iyer")


@pytest.mark.parametrize("name", [..., None, ""])
def test_a_name_may_be_missing(
    script: Caller, connected: Gateway, product: Product, name: Any
) -> None:
    assert script.make("orders", **buy(product, name=name))["customer"]["name"] == ""


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"product": ...}, "required", "product"),
        ({"product": None}, "null", "product"),
        ({"product": ["prd"]}, "invalid", "product"),
        ({"product": "x" * 65}, "max_length", "product"),
        ({"name": "x" * 151}, "max_length", "name"),
        ({"name": {"first": "Ananya"}}, "invalid", "name"),
        ({"mode": "sandbox"}, "invalid_choice", "mode"),
        ({"mode": ["test"]}, "invalid_choice", "mode"),
        ({"amount": 100}, "unknown_field", "amount"),
    ],
)
@pytest.mark.parametrize("path", ["orders", "subscriptions"])
def test_what_is_wrong_with_a_purchase_is_told_by_field(
    script: Caller, gateway: Gateway, product: Product, path: str, changed: Any, code: str,
    field: str,
) -> None:  # fmt: skip
    said = script.refused(path, buy(product, **changed), code)
    assert list(said["errors"]) == [field]
    assert not Order.objects.exists()


@pytest.mark.parametrize("path", ["orders", "subscriptions"])
def test_a_product_of_another_account_is_as_unknown_as_none(
    their_script: Caller, their_gateway: Gateway, product: Product, path: str
) -> None:
    said = their_script.refused(path, buy(product), "unknown_product")
    assert said["detail"] == f"There is no product {product.uid}."
    none = their_script.refused(path, buy(product, product="prd_none"), "unknown_product")
    assert none == {**said, "detail": "There is no product prd_none."}


def test_an_archived_product_is_not_for_sale(
    script: Caller, gateway: Gateway, product: Product
) -> None:
    product.archived_at = timezone.now()
    product.save()
    script.refused("orders", buy(product), "not_for_sale")
    assert not Order.objects.exists()


def test_what_is_paid_once_and_what_repeats_are_not_mixed_up(
    script: Caller, gateway: Gateway, product: Product
) -> None:
    said = script.refused("subscriptions", buy(product), "one_time_product")
    assert "/orders/" in said["detail"]
    product.prices.update(kind="subscription", period="monthly", total_count=12)
    said = script.refused("orders", buy(product), "subscription_product")
    assert "/subscriptions/" in said["detail"]
    assert not Order.objects.exists()


def test_orders_are_found_by_razorpays_id_status_address_and_mode(
    script: Caller, gateway: Gateway, product: Product, order: Order, razorpay: Razorpay
) -> None:
    other = Customer.objects.create(account=gateway.account, email="ravi@example.com")
    second = make_order(gateway, product, other, "order_RsdOther000001")
    razorpay.tell(sample("payment.captured"))
    for query, found in {
        "razorpay_order_id=order_RsdOrder000001": [order],
        "razorpay_order_id=order_RsdOther000001": [second],
        "razorpay_order_id=order_none": [],
        "status=paid": [order],
        "status=created": [second],
        "status=refunded": [],
        "email=Ravi@example.com": [second],
        "mode=test": [second, order],
        "mode=live": [],
        "status=paid&email=ravi@example.com": [],
    }.items():
        listed = script.ask(f"orders/?{query}").json()
        assert [row["id"] for row in listed["results"]] == [row.uid for row in found], query
        assert listed["next"] is None
    shape(
        script.one("orders", razorpay_order_id="order_RsdOrder000001"),
        id=order.uid, status="paid", amount=49900, amount_paid=49900, amount_refunded=0,
    )  # fmt: skip


def test_a_refund_is_seen_in_the_order(script: Caller, order: Order, razorpay: Razorpay) -> None:
    razorpay.tell(sample("payment.captured"))
    razorpay.tell(sample("refund.processed", refund={"amount": 10000}, payment={
        "status": "captured", "refund_status": "partial", "amount_refunded": 10000,
    }))  # fmt: skip
    shape(
        script.one("orders"), status="partially_refunded", amount_paid=49900,
        amount_refunded=10000, overpaid=0,
    )  # fmt: skip
