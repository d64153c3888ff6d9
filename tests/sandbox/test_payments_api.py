"""Payments as the official client reads and captures them."""

from typing import Any

import pytest
import razorpay

from tests.sandbox.desk import Desk

MANUAL = {"payment": {"capture": "manual", "capture_options": {"manual_expiry_period": 60}}}


def authorised(desk: Desk) -> dict[str, Any]:
    order = desk.order(**MANUAL)
    done = desk.press(f"orders/{order['id']}/pay")
    found: dict[str, Any] = done["payment"]
    return found


def test_a_payment_in_the_api_is_plain(desk: Desk) -> None:
    order, payment = desk.paid_order(method="card", email="meera@example.com")
    found = desk.client.payment.fetch(payment["id"])
    assert found == payment
    assert (found["status"], found["captured"]) == ("captured", True)
    assert (found["order_id"], found["invoice_id"]) == (order["id"], None)
    assert (found["fee"], found["tax"]) == (1_180, 180)
    assert "card" not in found
    expanded = desk.client.payment.fetch(payment["id"], {"expand[]": "card"})
    assert expanded["card"]["id"] == payment["card_id"]


@pytest.mark.parametrize(
    ("method", "field"),
    [("card", "card_id"), ("upi", "vpa"), ("netbanking", "bank"), ("wallet", "wallet")],
)
def test_each_method_fills_its_own_field(desk: Desk, method: str, field: str) -> None:
    _, payment = desk.paid_order(method=method)
    assert payment["method"] == method
    others = {"card_id", "vpa", "bank", "wallet"} - {field}
    assert payment[field]
    assert [payment[other] for other in others] == [None] * 3


def test_manual_capture(desk: Desk) -> None:
    payment = authorised(desk)
    assert payment["status"] == "authorized"
    assert desk.client.order.fetch(payment["order_id"])["status"] == "attempted"
    captured = desk.client.payment.capture(payment["id"], 50_000, {"currency": "INR"})
    assert captured["status"] == "captured"
    assert desk.client.order.fetch(payment["order_id"])["status"] == "paid"
    assert [e["type"] for e in desk.all_events()][-2:] == ["payment.captured", "order.paid"]


def test_captures_that_are_refused(desk: Desk) -> None:
    payment = authorised(desk)
    path = f"/v1/payments/{payment['id']}/capture"

    def text(**body: Any) -> str:
        return str(desk.error("POST", path, json=body)["description"])

    assert "equal to the amount authorized" in text(amount=100, currency="INR")
    assert "equal to the amount authorized" in text(amount=50_000, currency="USD")
    assert "must be an integer" in text(amount="1.5")
    desk.client.payment.capture(payment["id"], 50_000, {})
    assert text(amount=50_000) == "This payment has already been captured"


def test_a_failed_payment_cannot_be_captured(desk: Desk) -> None:
    order = desk.order()
    payment = desk.press(f"orders/{order['id']}/fail")["payment"]
    with pytest.raises(razorpay.errors.BadRequestError, match="have been authorized"):
        desk.client.payment.capture(payment["id"], 50_000, {})


def test_what_is_not_captured_in_time_is_given_back(desk: Desk) -> None:
    payment = authorised(desk)
    assert desk.press("clock", minutes=59)["events"] == []
    names = [event["event"] for event in desk.press("clock", minutes=2)["events"]]
    assert names == ["refund.created", "refund.processed"]
    found = desk.client.payment.fetch(payment["id"])
    assert (found["status"], found["captured"]) == ("refunded", False)


def test_no_second_payment_while_one_is_authorised(desk: Desk) -> None:
    payment = authorised(desk)
    assert "waits for its capture" in desk.refused(f"orders/{payment['order_id']}/pay")


def test_notes_of_a_payment_can_be_edited(desk: Desk) -> None:
    _, payment = desk.paid_order()
    assert desk.client.payment.edit(payment["id"], {"notes": {"a": "b"}})["notes"] == {"a": "b"}
