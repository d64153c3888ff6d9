"""Authorisation orders: what they keep, what is refused, and what paying one makes."""

import json
from typing import Any

import pytest

from tests.sandbox.desk import LIVE_KEYS, Desk, Doc
from tests.sandbox.mandates import AMOUNT, FIRST, PAID, UPI, Seller

WITHOUT = {"max_amount", "expired_at", "customer_id"}


@pytest.fixture
def seller(desk: Desk) -> Seller:
    return Seller(desk)


def test_the_terms_are_kept_and_sent_again_it_is_the_same(seller: Seller) -> None:
    end = seller.desk.now() + 86_400
    terms = {"max_amount": 100_000, "expire_at": end, "frequency": "monthly"}
    wanted: Doc = {"receipt": "bill-1", "unique_receipt": True, "method": "upi", "token": terms}
    order = seller.authorisation(**wanted)
    assert (order["customer_id"], order["method"]) == (seller.customer["id"], "upi")
    assert order["token"] == terms
    assert seller.authorisation(**wanted) == order
    assert seller.desk.client.order.fetch(order["id"]) == order


def test_a_plain_order_has_no_terms(desk: Desk) -> None:
    assert not {"customer_id", "method", "token"} & set(desk.order())


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"customer_id": "cust_12345678901234"}, "customer_id"),
        ({"customer_id": None}, "customer_id"),
        ({"method": "netbanking"}, "method"),
        ({"method": "emandate"}, "method"),
        ({"token": {"max_amount": AMOUNT - 1}}, "max_amount"),
        ({"token": {"frequency": "monthly"}}, "max_amount"),
        ({"method": "upi", "token": {"max_amount": 10_000_000}}, "max_amount"),
        ({"token": {"max_amount": 100_000, "expire_at": 1}}, "expire_at"),
        ({"token": {"max_amount": 100_000, "frequency": "hourly"}}, "frequency"),
        ({"token": "as you like"}, "token"),
    ],
)
def test_what_cannot_be(seller: Seller, fields: dict[str, Any], field: str) -> None:
    wanted = {"amount": AMOUNT, "currency": "INR", "customer_id": seller.customer["id"]}
    wanted |= {"token": {"max_amount": 100_000}} | fields
    assert seller.desk.error("POST", "/v1/orders", json=wanted)["field"] == field
    assert seller.desk.read("books")["orders"] == []


def test_another_modes_customer_is_unknown(seller: Seller) -> None:
    wanted = {"amount": AMOUNT, "currency": "INR", "customer_id": seller.customer["id"]}
    error = seller.desk.error("POST", "/v1/orders", json=wanted, auth=LIVE_KEYS)
    assert error["description"] == "The id provided does not exist"


@pytest.mark.parametrize("how", [{}, UPI, {"international": True}])
def test_paying_makes_a_token(seller: Seller, how: Doc) -> None:
    done = seller.desk.press(f"orders/{seller.authorisation()['id']}/pay", **how)
    assert [event["event"] for event in done["events"]] == FIRST
    token, payment = done["token"], done["payment"]
    assert token["recurring_details"] == {"status": "confirmed", "failure_reason": None}
    assert (payment["token_id"], payment["customer_id"]) == (token["id"], seller.customer["id"])
    assert (token["customer_id"], token["max_amount"]) == (seller.customer["id"], 100_000)
    assert token["method"] == how.get("method", "card")
    assert (payment["status"], done["order"]["status"]) == ("captured", "paid")
    if token["method"] == "card":
        abroad = bool(how)
        assert token["card"]["international"] is payment["international"] is abroad


def test_token_confirmed_may_come_last(seller: Seller) -> None:
    seller.desk.press("oddities", token_early=False)
    path = f"orders/{seller.authorisation()['id']}/pay"
    assert seller.desk.happens(path) == [*PAID, "token.confirmed"]


def test_the_event_as_razorpay_publishes_it(seller: Seller) -> None:
    by_card = _confirmed(seller)
    assert by_card["customer_id"] == seller.customer["id"]
    assert "card" not in by_card
    by_upi = _confirmed(seller, **UPI)
    assert not WITHOUT & set(by_upi)
    assert set(by_upi["vpa"]) == {"username", "handle", "name"}
    seller.desk.press("oddities", on=False)
    assert set(_confirmed(seller, **UPI)) > WITHOUT


def _confirmed(seller: Seller, **how: Any) -> Doc:
    bodies = seller.desk.bodies(f"orders/{seller.authorisation()['id']}/pay", **how)
    (body,) = [json.loads(event["body"]) for event in bodies if event["type"] == "token.confirmed"]
    assert body["contains"] == ["token"]
    found: Doc = body["payload"]["token"]["entity"]
    return found


def test_a_failed_first_payment_allows_nothing_until_it_goes_through(seller: Seller) -> None:
    order = seller.authorisation()
    done = seller.desk.press(f"orders/{order['id']}/fail", reason="card_declined")
    assert [event["event"] for event in done["events"]] == ["payment.failed"]
    assert done["token"]["recurring_details"]["status"] == "initiated"
    seller.desk.wait_out_the_lag()
    assert seller.desk.client.token.all(seller.customer["id"])["count"] == 0
    late = f"payments/{done['payment']['id']}/authorise-late"
    assert seller.desk.happens(late) == FIRST
    assert seller.desk.client.token.all(seller.customer["id"])["count"] == 1


def test_a_second_payment_that_is_given_back_allows_nothing(seller: Seller) -> None:
    order = seller.authorisation()
    seller.desk.press(f"orders/{order['id']}/pay")
    again = seller.desk.press(f"orders/{order['id']}/pay")
    assert again["payment"]["status"] == "refunded"
    assert again["token"]["recurring_details"]["status"] == "initiated"


def test_who_only_pays_allows_nothing(seller: Seller) -> None:
    done = seller.desk.press(f"orders/{seller.authorisation()['id']}/pay", recurring=False)
    assert [event["event"] for event in done["events"]] == PAID
    assert "token" not in done
    assert seller.desk.read("books")["tokens"] == []


def test_only_cards_and_upi_allow_debits(seller: Seller) -> None:
    path = f"orders/{seller.authorisation()['id']}/pay"
    assert "card or upi only" in seller.desk.refused(path, method="netbanking")
    of_upi = f"orders/{seller.authorisation(method='upi')['id']}/pay"
    assert "upi only, not by card" in seller.desk.refused(of_upi, method="card")
    assert seller.desk.press(of_upi)["payment"]["method"] == "upi"
