"""Refunds by API: in full, in part, only once, and when they go wrong."""

from typing import Any

import pytest
import razorpay

from tests.sandbox.desk import Desk

KEY = {"X-Refund-Idempotency": "refund-0001"}


@pytest.fixture
def payment(desk: Desk) -> dict[str, Any]:
    return desk.paid_order()[1]


def refund(desk: Desk, payment: dict[str, Any], status: int, **body: Any) -> dict[str, Any]:
    path = f"/v1/payments/{payment['id']}/refund"
    return desk.error("POST", path, status, json=body, headers=KEY)


def test_a_full_refund(desk: Desk, payment: dict[str, Any]) -> None:
    made = desk.client.payment.refund(payment["id"], {"notes": {"why": "asked"}})
    assert made["id"].startswith("rfnd_")
    assert (made["amount"], made["status"]) == (50_000, "processed")
    assert made["payment_id"] == payment["id"]
    after = desk.client.payment.fetch(payment["id"])
    assert (after["status"], after["refund_status"]) == ("refunded", "full")
    assert after["amount_refunded"] == 50_000
    assert desk.client.order.fetch(payment["order_id"])["status"] == "paid"


def test_partial_refunds_add_up(desk: Desk, payment: dict[str, Any]) -> None:
    desk.client.payment.refund(payment["id"], {"amount": 20_000})
    part = desk.client.payment.fetch(payment["id"])
    assert (part["status"], part["refund_status"]) == ("captured", "partial")
    with pytest.raises(razorpay.errors.BadRequestError, match="greater than amount captured"):
        desk.client.payment.refund(payment["id"], {"amount": 30_001})
    last = desk.client.payment.refund(payment["id"], {})
    assert last["amount"] == 30_000
    with pytest.raises(razorpay.errors.BadRequestError, match="fully refunded already"):
        desk.client.payment.refund(payment["id"], {"amount": 100})


def test_only_captured_payments_can_be_refunded(desk: Desk) -> None:
    order = desk.order()
    failed = desk.press(f"orders/{order['id']}/fail")["payment"]
    with pytest.raises(razorpay.errors.BadRequestError, match="should be captured"):
        desk.client.payment.refund(failed["id"], {})


def test_refunds_can_be_read_in_every_way(desk: Desk, payment: dict[str, Any]) -> None:
    client = desk.client
    made = client.refund.create({"payment_id": payment["id"], "amount": 100})
    assert client.refund.fetch(made["id"]) == made
    assert client.payment.fetch_refund_id(payment["id"], made["id"]) == made
    assert client.refund.edit(made["id"], {"notes": {"a": "b"}})["notes"] == {"a": "b"}
    desk.wait_out_the_lag()
    assert client.refund.all()["items"][0]["id"] == made["id"]
    assert client.payment.fetch_multiple_refund(payment["id"])["count"] == 1
    _, other = desk.paid_order()
    error = desk.error("GET", f"/v1/payments/{other['id']}/refunds/{made['id']}")
    assert "does not exist" in error["description"]


def test_the_same_key_refunds_once(desk: Desk, payment: dict[str, Any]) -> None:
    def ask(amount: int) -> Any:
        return desk.client.payment.refund(payment["id"], {"amount": amount}, headers=dict(KEY))

    first = ask(10_000)
    assert ask(10_000)["id"] == first["id"]
    assert desk.client.payment.fetch(payment["id"])["amount_refunded"] == 10_000
    with pytest.raises(razorpay.errors.BadRequestError, match="Different request with the same"):
        ask(10_001)


def test_a_refused_refund_does_not_use_up_its_key(desk: Desk, payment: dict[str, Any]) -> None:
    refund(desk, payment, 400, amount=60_000)
    made = desk.client.payment.refund(payment["id"], {"amount": 40_000}, headers=dict(KEY))
    assert made["amount"] == 40_000


def test_a_key_belongs_to_one_account(desk: Desk, payment: dict[str, Any]) -> None:
    desk.client.payment.refund(payment["id"], {"amount": 100}, headers=dict(KEY))
    keys = desk.press("keys", mode="test")
    theirs = desk.client_with((keys["key_id"], keys["key_secret"]))
    order = theirs.order.create({"amount": 50_000, "currency": "INR"})
    paid = desk.press(f"orders/{order['id']}/pay")["payment"]
    assert theirs.payment.refund(paid["id"], {"amount": 200}, headers=dict(KEY))["amount"] == 200


@pytest.mark.parametrize("key", ["short", "has spaces in it", "unicode-é-here"])
def test_unfit_keys_are_refused(desk: Desk, payment: dict[str, Any], key: str) -> None:
    headers = {"X-Refund-Idempotency": key.encode()}
    path = f"/v1/payments/{payment['id']}/refund"
    assert "10 or more" in desk.error("POST", path, json={}, headers=headers)["description"]


def test_while_the_first_is_processed_the_second_waits(desk: Desk, payment: dict[str, Any]) -> None:
    desk.press("api", fail="409", count=1)
    assert "being processed" in refund(desk, payment, 409, amount=100)["description"]
    made = desk.client.payment.refund(payment["id"], {"amount": 100}, headers=dict(KEY))
    assert made["status"] == "processed"


def test_a_lost_answer_is_found_by_its_key(desk: Desk, payment: dict[str, Any]) -> None:
    desk.press("api", fail="lost", count=1)
    path = f"/v1/payments/{payment['id']}/refund"
    with pytest.raises(OSError, match="Connection aborted"):
        desk.call("POST", path, json={"amount": 700}, headers=KEY)
    again = desk.call("POST", path, json={"amount": 700}, headers=KEY).json()
    assert desk.client.refund.fetch(again["id"])["amount"] == 700
    assert desk.client.payment.fetch(payment["id"])["amount_refunded"] == 700


def test_the_unlucky_amount(desk: Desk, payment: dict[str, Any]) -> None:
    made = desk.client.payment.refund(payment["id"], {"amount": 2_468})
    assert made["status"] == "failed"
    assert desk.client.payment.fetch(payment["id"])["amount_refunded"] == 0
    fast = desk.client.payment.refund(payment["id"], {"amount": 2_468, "speed": "optimum"})
    assert (fast["status"], fast["speed_processed"]) == ("processed", "normal")
    names = [event["type"] for event in desk.all_events()][-5:]
    assert names == [
        *("refund.created", "refund.failed"),
        *("refund.created", "refund.speed_changed", "refund.processed"),
    ]


def test_refunds_that_take_their_time(desk: Desk, payment: dict[str, Any]) -> None:
    desk.press("refunds", outcome="pending")
    made = desk.client.payment.refund(payment["id"], {"amount": 100})
    assert made["status"] == "pending"
    assert desk.happens(f"refunds/{made['id']}/process") == ["refund.processed"]
    assert desk.client.refund.fetch(made["id"])["status"] == "processed"
    other = desk.client.payment.refund(payment["id"], {"amount": 100})
    assert desk.happens(f"refunds/{other['id']}/fail") == ["refund.failed"]
    assert desk.client.payment.fetch(payment["id"])["amount_refunded"] == 100
    assert "already" in desk.refused(f"refunds/{other['id']}/process")
