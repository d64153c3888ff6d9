"""Orders as the official client creates and reads them."""

import re
from typing import Any

import pytest
import razorpay

from tests.sandbox.desk import Desk

INR = {"amount": 50_000, "currency": "INR"}


def test_a_new_order_has_razorpays_shape(desk: Desk) -> None:
    order = desk.client.order.create(INR | {"receipt": "r-1"})
    assert re.fullmatch(r"order_[0-9A-Za-z]{14}", order["id"])
    assert abs(order.pop("created_at") - desk.now()) <= 1
    assert order == {
        "id": order["id"],
        "entity": "order",
        "amount": 50_000,
        "amount_paid": 0,
        "amount_due": 50_000,
        "currency": "INR",
        "receipt": "r-1",
        "offer_id": None,
        "status": "created",
        "attempts": 0,
        "notes": [],
    }


def test_fetching_by_id_is_immediate(desk: Desk) -> None:
    order = desk.order(notes={"नाम": "मीरा ☕"})
    assert desk.client.order.fetch(order["id"]) == order
    assert order["notes"] == {"नाम": "मीरा ☕"}


def test_notes_can_be_edited_and_nothing_else(desk: Desk) -> None:
    order = desk.order()
    edited = desk.client.order.edit(order["id"], {"notes": {"a": "b"}})
    assert edited["notes"] == {"a": "b"}
    assert desk.client.order.edit(order["id"], {"notes": {}})["notes"] == []
    path = f"/v1/orders/{order['id']}"
    assert "required" in desk.error("PATCH", path, json={})["description"]
    assert "amount" in desk.error("PATCH", path, json={"amount": 1})["description"]


def test_unique_receipt_gives_the_same_order_again(desk: Desk) -> None:
    wanted = INR | {"receipt": "basket-7", "unique_receipt": True}
    first = desk.client.order.create(wanted)
    assert desk.client.order.create(wanted)["id"] == first["id"]
    assert desk.client.order.create(INR | {"receipt": "basket-7"})["id"] != first["id"]
    assert desk.client.order.create(wanted | {"receipt": "basket-8"})["id"] != first["id"]


def test_unique_receipt_is_unique_in_one_account_and_mode_only(desk: Desk) -> None:
    wanted = INR | {"receipt": "basket-7", "unique_receipt": True}
    first = desk.client.order.create(wanted)
    keys = desk.press("keys", mode="test")
    theirs = desk.client_with((keys["key_id"], keys["key_secret"]))
    assert theirs.order.create(wanted)["id"] != first["id"]


@pytest.mark.parametrize(
    ("body", "field", "text"),
    [
        ({"currency": "INR"}, "amount", "The amount field is required."),
        ({"amount": 99, "currency": "INR"}, "amount", "The amount must be at least INR 1.00"),
        ({"amount": -5, "currency": "INR"}, "amount", "at least INR 1.00"),
        ({"amount": 10.5, "currency": "INR"}, "amount", "The amount must be an integer."),
        ({"amount": True, "currency": "INR"}, "amount", "must be an integer"),
        ({"amount": "abc", "currency": "INR"}, "amount", "must be an integer"),
        ({"amount": 10**11, "currency": "INR"}, "amount", "exceeds maximum amount"),
        ({"amount": 500}, "currency", "The currency field is required."),
        ({"amount": 500, "currency": "RUPEE"}, "currency", "may not be greater than 3"),
        ({"amount": 500, "currency": "1N?"}, "currency", "not supported"),
        ({"amount": 1_001, "currency": "KWD"}, "amount", "last digit"),
        (INR | {"receipt": "x" * 41}, "receipt", "may not be greater than 40"),
        (INR | {"receipt": 7}, "receipt", "must be a string"),
        (INR | {"reciept": "typo"}, "reciept", "is/are not required and should not be sent"),
        (INR | {"notes": {str(n): "x" for n in range(16)}}, "notes", "15"),
        (INR | {"notes": {"a": "x" * 257}}, "notes", "256"),
        (INR | {"notes": {"a": []}}, "notes", "array"),
        (INR | {"notes": "text"}, "notes", "must be an object"),
        (INR | {"unique_receipt": "perhaps", "receipt": "r"}, "unique_receipt", "true or false"),
        (INR | {"payment": {"capture": "maybe"}}, "capture", "automatic, manual"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(
    desk: Desk, body: dict[str, Any], field: str, text: str
) -> None:
    error = desk.error("POST", "/v1/orders", json=body)
    assert text in error["description"]
    assert error["field"] == field
    assert (error["code"], error["source"]) == ("BAD_REQUEST_ERROR", "business")
    assert error["reason"] == "input_validation_failed"
    assert error["metadata"] == {}


def test_yen_have_no_hundredths(desk: Desk) -> None:
    assert desk.client.order.create({"amount": 1, "currency": "JPY"})["amount"] == 1


def test_unknown_and_malformed_ids(desk: Desk) -> None:
    with pytest.raises(razorpay.errors.BadRequestError, match="The id provided does not exist"):
        desk.client.order.fetch("order_00000000000000")
    assert "is not a valid id" in desk.error("GET", "/v1/orders/42")["description"]
    order = desk.order()
    assert "does not exist" in desk.error("GET", f"/v1/payments/{order['id']}")["description"]


def test_unknown_addresses(desk: Desk) -> None:
    wrong_method = desk.error("DELETE", "/v1/orders/order_00000000000000", 404)
    assert wrong_method["description"] == "The requested URL was not found on the server."
    answer = desk.call("GET", "/v1/nothing")
    assert answer.status_code == 404
    assert answer.json() == {"message": "no Route matched with those values"}
    assert desk.call("GET", "/v2/accounts/acc_x/webhooks").status_code == 404


@pytest.mark.parametrize(
    "junk", [b"{", b"[1]", b'"text"', b"\xff\xfe", b'{"a": NaN}', b'{"notes": {"a": "\\ud800"}}']
)
def test_a_body_that_is_no_json_object_is_refused(desk: Desk, junk: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    error = desk.error("POST", "/v1/orders", data=junk, headers=headers)
    assert "JSON" in error["description"]
